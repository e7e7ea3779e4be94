import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { createServices } from './services.ts';
import './styles/base.css';
import './styles/controls.css';
import './styles/shell.css';
import './styles/recordings.css';
import './styles/recording.css';
import './styles/traces.css';

const services = createServices();
services.start();
createRoot(document.getElementById('root')!).render(<App services={services} />);
