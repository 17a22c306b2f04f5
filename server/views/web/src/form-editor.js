// The editor of forms; staff see the result in the preview.
import { FormEditor } from '@bpmn-io/form-js-editor';
import '@bpmn-io/form-js-viewer/dist/assets/form-js.css';
import '@bpmn-io/form-js-editor/dist/assets/form-js-editor.css';
import '@bpmn-io/form-js-editor/dist/assets/properties-panel.css';
import '@bpmn-io/form-js-editor/dist/assets/dragula.css';
import './styles/workshop.css';
import { attachmentModule } from './attachment.js';
import { mount } from './workshop/frame.js';

const attachment = attachmentModule({ uploadFile: null, documents: new Map(), documentUrl: () => '', limit: 20 * 1024 * 1024 });

/** JSON as the files of the house have it. */
const written = schema => `${JSON.stringify(schema, null, 2)}\n`;

function create({ host, panel, payload, changed }) {
  const editor = new FormEditor({
    container: host, additionalModules: [attachment], propertiesPanel: { parent: panel }
  });
  host.inert = panel.inert = payload.readonly;
  const stack = act => editor.get('commandStack')[act]();
  let loaded = false;
  editor.on('commandStack.changed', () => { if (loaded) changed(); });
  return {
    async load(text) {
      loaded = false;
      await editor.importSchema(JSON.parse(text));
      loaded = true;
    },
    content: async () => written(editor.saveSchema()),
    undo: () => stack('undo'),
    redo: () => stack('redo'),
    finish: () => document.activeElement?.blur(),
    mark: () => {},
    select: id => editor.get('selection').set(editor.get('formFieldRegistry').get(id))
  };
}

mount(create);
