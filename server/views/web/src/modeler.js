// The editor of diagrams.
import Modeler from 'bpmn-js/lib/Modeler';
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import minimap from 'diagram-js-minimap';
import zeebe from 'zeebe-bpmn-moddle/resources/zeebe.json';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn-embedded.css';
import 'diagram-js-minimap/assets/diagram-js-minimap.css';
import '@bpmn-io/properties-panel/dist/assets/properties-panel.css';
import './styles/workshop.css';
import blocks from './workshop/blocks.js';
import clipboard from './workshop/clipboard.js';
import { mount } from './workshop/frame.js';
import { keeper, readable } from './workshop/keeper.js';
import { TranslateModule, t } from './workshop/language.js';
import { panel } from './workshop/panel.js';
import room from './workshop/room.js';

const PALETTE = 116; // pixels at the left that the palette covers
const MARGIN = 24;
const READABLE = 0.75; // zoom below which labels are too small

function create({ host, panel: side, payload, offers, changed }) {
  const { readonly } = payload;
  const modeler = new (readonly ? NavigatedViewer : Modeler)({
    container: host,
    moddleExtensions: { zeebe },
    additionalModules: readonly ? [TranslateModule] : [TranslateModule, minimap, blocks, clipboard, room]
  });
  const canvas = modeler.get('canvas');
  let marked = [];
  let walked = [];

  /** The whole drawing beside the palette; a long one from its beginning, so that it can be read. */
  function fit() {
    const { outer, inner } = canvas.viewbox();
    const room = readonly ? 0 : PALETTE;
    const whole = Math.min((outer.width - room - MARGIN) / inner.width, (outer.height - MARGIN) / inner.height);
    const scale = Math.min(Math.max(whole, READABLE), 1);
    const free = Math.max(outer.height / scale - inner.height, MARGIN) / 2;
    canvas.viewbox({
      x: inner.x - (room + MARGIN / 2) / scale, y: inner.y - free,
      width: outer.width / scale, height: outer.height / scale
    });
  }

  function mark(ids) {
    const registry = modeler.get('elementRegistry');
    marked.filter(id => registry.get(id)).forEach(id => canvas.removeMarker(id, 'gc-wrong'));
    marked = ids.filter(id => registry.get(id));
    marked.forEach(id => canvas.addMarker(id, 'gc-wrong'));
  }

  /** Select an element; the way that leads to it is painted until the next selection. */
  function select(id, trail) {
    const registry = modeler.get('elementRegistry');
    const element = registry.get(id);
    if (!element) return;
    walked.filter(one => registry.get(one)).forEach(one => canvas.removeMarker(one, 'gc-walked'));
    walked = trail.filter(one => registry.get(one));
    walked.forEach(one => canvas.addMarker(one, 'gc-walked'));
    if (!readonly) modeler.get('selection').select(element);
    canvas.scrollToElement(element);
  }

  modeler.on('commandStack.changed', () => { changed(); }); // a returned value would stop the event
  let shown = false;
  let elements = {};
  let kept;
  modeler.on('import.parse.complete', ({ elementsById }) => { elements = elementsById || {}; });
  const written = async () => (await modeler.saveXML({ format: true })).xml;
  return {
    async load(xml) {
      await modeler.importXML(readable(xml));
      const known = elements;
      kept = keeper(xml, await written(), id => known[id]?.id);
      if (!readonly && !shown) panel(modeler, { host: side, offers, payload, readonly });
      shown = true;
      requestAnimationFrame(fit);
    },
    content: async () => kept.put(await written()),
    remarks: () => (kept.count ? [t(`文件中有 ${kept.count} 处内容是别的工具写的，这里不显示，保存时原样保留。`, `${kept.count} parts written by another tool are not shown here and stay as they are.`)] : []),
    picture: async () => (await modeler.saveSVG()).svg,
    finish() {
      modeler.get('directEditing', false)?.complete();
      document.activeElement?.dispatchEvent(new Event('change', { bubbles: true }));
    },
    undo: () => modeler.get('commandStack').undo(),
    redo: () => modeler.get('commandStack').redo(),
    search: () => setTimeout(() => modeler.get('searchPad', false)?.toggle()), // a click closes it
    fit,
    mark,
    select
  };
}

document.querySelector('[data-editor-panel]').textContent = t('选择图中的元素进行设置。', 'Select an element.');
mount(create);
