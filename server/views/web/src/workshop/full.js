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
  // Its header says again what the page says: it is drawn where nobody sees it.
  injector.get('propertiesPanel').attachTo(host, document.createElement('div'));
  const chosen = modeler.get('selection').get();
  modeler.get('eventBus').fire('selection.changed', { oldSelection: [], newSelection: chosen });
}
