// `npm run build`: the only thing that needs building is the web page; everything else runs from its TypeScript.
import { ensureInstalled, ensurePage } from './toolchain.mjs';

ensureInstalled();
ensurePage();
