// Building blocks of the field in the palette, and ids that read like the others of the house.
import BpmnFactory from 'bpmn-js/lib/features/modeling/BpmnFactory';
import { t } from './language.js';

/** What the engine does not run, or the house does not draw. */
const UNUSED = ['create.data-object', 'create.data-store', 'create.group', 'create.intermediate-event'];

/** Ids of new boxes are lower case, as the check demands. */
class Factory extends BpmnFactory {
  _ensureId(element) {
    const given = element.id;
    super._ensureId(element);
    if (given || !element.id || element.$type.startsWith('bpmndi:')) return;
    const { ids } = this._model;
    ids.unclaim(element.id);
    element.id = element.id.toLowerCase();
    ids.claim(element.id, element);
  }
}
Factory.$inject = BpmnFactory.$inject;

class Blocks {
  constructor(palette, create, elementFactory, bpmnFactory) {
    this.make = (type, name, more = {}) => elementFactory.createShape({ type, businessObject: bpmnFactory.create(type, { name, ...more }) });
    this.extended = (type, attributes) => {
      const made = bpmnFactory.create('bpmn:ExtensionElements', { values: [bpmnFactory.create(type, attributes)] });
      made.values[0].$parent = made;
      return made;
    };
    this.connect = (source, target) => elementFactory.createConnection({
      type: 'bpmn:SequenceFlow', source, target,
      waypoints: [
        { x: source.x + source.width, y: source.y + source.height / 2 },
        { x: target.x, y: target.y + target.height / 2 }
      ]
    });
    this.start = (event, elements) => create.start(event, elements);
    this.elementFactory = elementFactory;
    palette.registerProvider(700, this);
  }

  review() {
    const task = this.make('bpmn:UserTask', t('审核', 'Review'));
    const gateway = this.make('bpmn:ExclusiveGateway', t('是否通过？', 'Passed?'));
    Object.assign(task, { x: 0, y: 0 });
    Object.assign(gateway, { x: 150, y: 15 });
    return [task, gateway, this.connect(task, gateway)];
  }

  part(processId, name) {
    const extensionElements = this.extended('zeebe:CalledElement', { processId, propagateAllChildVariables: false });
    return [this.make('bpmn:CallActivity', name, { extensionElements })];
  }

  deadline() {
    return [this.elementFactory.createShape({ type: 'bpmn:IntermediateCatchEvent', eventDefinitionType: 'bpmn:TimerEventDefinition' })];
  }

  getPaletteEntries() {
    const entry = (mark, title, elements) => {
      const action = event => this.start(event, elements());
      return { group: 'blocks', className: `gc-block gc-block-${mark}`, title, action: { dragstart: action, click: action } };
    };
    const task = () => [this.make('bpmn:UserTask', '')];
    const blocks = {
      'block-separator': { group: 'blocks', separator: true },
      'block-review': entry('review', t('审核：办理环节和是否通过', 'Review: a task and its question'), () => this.review()),
      'block-expert': entry('expert', t('专家评审', 'Expert review'), () => this.part('expert_review', t('专家评审', 'Expert review'))),
      'block-notice': entry('notice', t('公示', 'Public notice'), () => this.part('public_notice', t('公示', 'Public notice'))),
      'block-rectify': entry('rectify', t('整改', 'Rectification'), () => this.part('rectification', t('整改', 'Rectification'))),
      'block-deadline': entry('deadline', t('期限：等到某一天', 'Deadline: wait for a day'), () => this.deadline())
    };
    return standard => {
      const entries = { ...standard };
      UNUSED.forEach(name => delete entries[name]);
      const action = event => this.start(event, task());
      entries['create.task'] = {
        group: 'activity', className: 'bpmn-icon-user-task', title: t('办理环节', 'User task'), action: { dragstart: action, click: action }
      };
      return { ...entries, ...blocks };
    };
  }
}
Blocks.$inject = ['palette', 'create', 'elementFactory', 'bpmnFactory'];

export default {
  __init__: ['guichengBlocks'],
  guichengBlocks: ['type', Blocks],
  bpmnFactory: ['type', Factory]
};
