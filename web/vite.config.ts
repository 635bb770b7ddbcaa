import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2023',
    // An inlined asset would be a data: address, which the page's policy allows for images only.
    assetsInlineLimit: 0,
    // The first script is held to a size of its own by a test.
    chunkSizeWarningLimit: 1000,
    modulePreload: { polyfill: false },
    // The vocabulary and the languages do nothing when they are loaded, so what a view does not use need not come with it.
    rolldownOptions: {
      treeshake: {
        moduleSideEffects: [{ test: /\/src\/(?:base|record|query)\//, sideEffects: false }],
      },
    },
  },
  server: { port: 4710, proxy: { '/api': process.env['WEIR_API'] ?? 'http://127.0.0.1:4700' } },
});
