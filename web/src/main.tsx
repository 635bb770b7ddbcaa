import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { startDensity } from './density.ts';
import { startTheme } from './theme.ts';
import { ViewGuard } from './view-guard.tsx';
import './styles/tokens.css';
import './styles/base.css';
import './styles/frame.css';
import './styles/charts.css';
import './styles/overview.css';
import './styles/grid.css';
import './styles/records.css';
import './styles/query.css';
import './styles/palette.css';
import './styles/explore.css';
import './styles/network.css';
import './styles/entity.css';
import './styles/lake.css';
import './styles/settings.css';
import './styles/media.css';

startTheme();
startDensity();
const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <ViewGuard of="console">
        <App />
      </ViewGuard>
    </StrictMode>,
  );
}
