// npm start [-- SOURCE…]: the whole main job from a fresh clone: install, build, then ingest, sum up and serve.
process.argv.splice(2, 0, 'start');
await import('./launch.mjs');
