// Tokens that walk through a diagram, for the eye: no rule is asked, every choice is the viewer's.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import TokenSimulationModule from 'bpmn-js-token-simulation/lib/viewer';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn-embedded.css';
import 'bpmn-js-token-simulation/assets/css/bpmn-js-token-simulation.css';
import './styles/simulation.css';
import { text } from './api.js';
import { t } from './language.js';

async function mount(container) {
  try {
    const viewer = new NavigatedViewer({ container, additionalModules: [TokenSimulationModule] });
    await viewer.importXML(await text(container.dataset.simulation));
    viewer.get('canvas').zoom('fit-viewport', 'auto');
    viewer.get('toggleMode').toggleMode(true);
  } catch {
    container.textContent = t('流程图暂时无法显示。', 'The diagram cannot be shown.');
  }
  container.dataset.ready = '';
}

document.querySelectorAll('[data-simulation]').forEach(mount);
