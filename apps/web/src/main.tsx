import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { ElsewherePage } from './session/elsewhere-page.tsx';
import { createServices } from './services.ts';
import './styles/base.css';
import './styles/controls.css';
import './styles/shell.css';
import './styles/deidentify.css';
import './styles/recordings.css';
import './styles/recording.css';
import './styles/traces.css';

const services = createServices();
const root = createRoot(document.getElementById('root')!);
// The router reads the address when it is made: an answer of the issuer has to be out of it by then.
if ((await services.session.land()) === 'here') {
  services.start();
  root.render(<App services={services} />);
} else root.render(<ElsewherePage />);
