// Every setting of the zeebe dialect, in the panel that other modelers have; loaded when opened.
import { BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, ZeebePropertiesProviderModule } from 'bpmn-js-properties-panel';
import general from 'bpmn-js-i18n-zh/lib/properties-panel/index.js';
import zeebe from 'bpmn-js-i18n-zh/lib/zeebe-properties-panel/index.js';
import own from './full.zh.json';
import { learn } from './language.js';

export function attach(modeler, host) {
  learn({ ...general, ...zeebe, ...own });
  const injector = modeler.get('injector')
    .createChild([BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, ZeebePropertiesProviderModule]);
  injector.init();
  const panel = injector.get('propertiesPanel');
  panel.attachTo(host);
  panel._render(modeler.get('selection').get()[0]); // else it begins with the whole diagram
}
