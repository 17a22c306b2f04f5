// 办理设置: the short panel. It writes exactly what the engine reads, chosen from the catalogue.
import { is } from 'bpmn-js/lib/util/ModelUtil';
import { send } from '../api.js';
import { clausePicker } from './clauses.js';
import { area, choice, field, node, textInput } from './dom.js';
import { duration, plain } from './duration.js';
import { feel } from './feel.js';
import { t, translate } from './language.js';
import { knownAt } from './variables.js';
import { extension, object, property, writer } from './zeebe.js';

const NOTHING = t('（未选择）', '(none)');
const ID = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;

const kindOf = element => translate(object(element).$type.replace('bpmn:', '').replace(/([a-z])([A-Z])/g, (_, a, b) => `${a} ${b.toLowerCase()}`));

export function panel(modeler, { host, offers, payload, readonly }) {
  const write = writer(modeler);
  const registry = modeler.get('elementRegistry');

  const process = () => {
    const root = modeler.get('canvas').getRootElement();
    const participant = object(root).participants?.[0];
    return participant ? participant.processRef : object(root);
  };

  const known = bo => knownAt(bo, offers.sets);

  // --- the settings of each kind of box ---

  function name(element, bo) {
    return field(t('名称', 'Name'), area(bo.name || '', value => write.modeling.updateLabel(element, value)));
  }

  function identity(element, bo) {
    const control = textInput(bo.id, value => {
      const free = ID.test(value) && (value === bo.id || !registry.get(value));
      control.setCustomValidity(free ? '' : t('编号用小写英文和下划线，且不能重复', 'Lower-case English words joined by underscores, used once'));
      control.reportValidity();
      if (free && value !== bo.id) write.modeling.updateProperties(element, { id: value });
    }, { class: 'gc-input gc-code' });
    return field(t('编号', 'Id'), control, t('在办事项按编号找到位置，定了就不改', 'Running cases find their place by it: keep it'));
  }

  const lanes = () => registry.filter(one => is(one, 'bpmn:Lane') && !object(one).childLaneSet);

  function role(element) {
    const found = lanes().find(lane => object(lane).flowNodeRef?.includes(object(element)));
    const offered = lanes().map(lane => ({ id: lane.id, label: object(lane).name || lane.id }));
    const move = id => {
      const lane = registry.get(id);
      if (!lane) return;
      const dy = lane.y + lane.height / 2 - (element.y + element.height / 2);
      write.modeling.moveElements([element], { x: 0, y: dy }, element.parent, { autoResize: false });
    };
    return field(t('办理角色', 'Role'), choice(found?.id || '', offered, move, NOTHING), t('选择后移到该角色的泳道', 'Moves the box into the lane of that role'));
  }

  function laneRole(element, bo) {
    const set = id => {
      const title = offers.roles.find(one => one.id === id)?.label.split(' / ')[0];
      if (id && !registry.get(id)) write.modeling.updateProperties(element, { id, name: bo.name || title });
    };
    return field(t('角色', 'Role'), choice(bo.id, offers.roles, set, NOTHING));
  }

  function formPicker(element, current, set) {
    const expected = `${process().id}/${object(element).id}`;
    const offered = offers.forms.some(({ id }) => id === current) ? offers.forms : offers.forms.filter(({ id }) => id.startsWith(`${process().id}/`)).concat(offers.forms.filter(({ id }) => !id.startsWith(`${process().id}/`)));
    async function create() {
      const { id } = await send('POST', payload.urls.create, { process: process().id, step: object(element).id, title: object(element).name || '' });
      offers.forms.push({ id, label: object(element).name || id });
      set(id);
    }
    const exists = offers.forms.some(({ id }) => id === expected);
    const refused = problem => problems.replaceChildren(problem.message);
    const problems = node('small', { class: 'gc-late' });
    return field(t('表单', 'Form'), node('div', {},
      choice(current, offered, set, NOTHING),
      node('div', { class: 'gc-panel-acts' },
        !readonly && !exists && node('button', { type: 'button', class: 'gc-btn gc-btn-small', onclick: () => create().catch(refused) }, t('新建表单', 'New form')),
        current && node('a', { class: 'gc-btn gc-btn-small', href: payload.urls.edit.replace('PATH', `forms/${current}.form`) }, t('修改表单', 'Edit form'))),
      problems));
  }

  const form = (element, bo) => formPicker(element, extension(bo, 'zeebe:FormDefinition')?.formId || '',
    formId => write.extend(element, bo, 'zeebe:FormDefinition', formId && { formId }));

  const propertyForm = (element, bo) => formPicker(element, property(bo, 'form'), value => write.setProperty(element, bo, 'form', value));

  const pick = (label, type, attribute, offered, more = {}) => (element, bo) => field(label, choice(
    extension(bo, type)?.[attribute] || '', offered,
    value => write.extend(element, bo, type, value && { ...more, [attribute]: value }), NOTHING
  ));
  const handler = pick(t('办理函数', 'Function'), 'zeebe:TaskDefinition', 'type', offers.handlers);
  const called = pick(t('调用的部件', 'Part called'), 'zeebe:CalledElement', 'processId', offers.called, { propagateAllChildVariables: false });
  const decision = (element, bo) => {
    const now = extension(bo, 'zeebe:CalledDecision');
    const set = change => write.extend(element, bo, 'zeebe:CalledDecision', { decisionId: now?.decisionId, resultVariable: now?.resultVariable || 'result', ...change });
    return node('div', {},
      field(t('决策表', 'Decision table'), choice(now?.decisionId || '', offers.decisions, decisionId => set({ decisionId }), NOTHING)),
      field(t('结果变量', 'Result variable'), textInput(now?.resultVariable || '', resultVariable => set({ resultVariable }))));
  };

  const offered = (label, key, list) => (element, bo) => field(label,
    choice(property(bo, key), list, value => write.setProperty(element, bo, key, value), NOTHING));
  const due = offered(t('期限事项', 'Deadline'), 'due', offers.deadlines);
  const state = offered(t('办件状态', 'State of the case'), 'state', offers.states);

  const expression = (label, key, hint) => (element, bo) => field(label,
    feel(property(bo, key), value => write.setProperty(element, bo, key, value), known(bo)), hint);
  const dueFrom = expression(t('起算日', 'Counts from'), 'due_from');

  const outcome = (element, bo) => field(t('结果', 'Outcome'), textInput(property(bo, 'outcome'), value => write.setProperty(element, bo, 'outcome', value)));

  const assignee = (element, bo) => field(t('指定办理人', 'Person'), feel(
    extension(bo, 'zeebe:AssignmentDefinition')?.assignee || '',
    value => write.extend(element, bo, 'zeebe:AssignmentDefinition', value && { assignee: value }), known(bo)
  ), t('不填时由该角色的任何人签收', 'Empty: anybody in the role may claim it'));

  function many(element, bo) {
    const loop = bo.loopCharacteristics;
    const given = extension(loop, 'zeebe:LoopCharacteristics');
    const set = (inputCollection, inputElement) => {
      if (!inputCollection) return write.modeling.updateProperties(element, { loopCharacteristics: undefined });
      const made = write.create('bpmn:MultiInstanceLoopCharacteristics', {}, bo);
      const holder = write.create('bpmn:ExtensionElements', { values: [] }, made);
      holder.values.push(write.create('zeebe:LoopCharacteristics', {
        inputCollection, inputElement: inputElement || 'person', outputCollection: given?.outputCollection, outputElement: given?.outputElement
      }, holder));
      made.extensionElements = holder;
      return write.modeling.updateProperties(element, { loopCharacteristics: made });
    };
    return node('div', {},
      field(t('多人办理：名单', 'For each of'), feel(given?.inputCollection || '', value => set(value, given?.inputElement), known(bo))),
      given && field(t('每一位的变量名', 'Variable of each'), textInput(given.inputElement || '', value => set(given.inputCollection, value))));
  }

  function condition(element, bo) {
    const gateway = bo.sourceRef;
    const branches = is(gateway, 'bpmn:ExclusiveGateway') || is(gateway, 'bpmn:InclusiveGateway');
    if (!branches || (gateway.outgoing || []).length < 2) return null;
    const standard = gateway.default === bo;
    const tick = node('input', { type: 'checkbox', checked: standard, onchange: ({ target }) => write.modeling.updateProperties(element.source, { default: target.checked ? bo : undefined }) });
    return node('div', {},
      field(t('默认走向', 'Default way'), node('span', {}, tick, ` ${t('其他情况都走这里', 'taken in all other cases')}`)),
      !standard && field(t('条件', 'Condition'), feel(bo.conditionExpression?.body || '', text => write.setExpression(element, bo, 'conditionExpression', text), known(bo))));
  }

  function timer(element, bo) {
    const event = bo.eventDefinitions?.find(one => is(one, 'bpmn:TimerEventDefinition'));
    if (!event) return null;
    const kind = ['timeDate', 'timeDuration', 'timeCycle'].find(one => event[one]) || 'timeDate';
    const text = event[kind]?.body || '';
    const set = (wanted, body) => {
      const made = body ? write.create('bpmn:FormalExpression', { body }, event) : undefined;
      write.modeling.updateModdleProperties(element, event, { timeDate: undefined, timeDuration: undefined, timeCycle: undefined, [wanted]: made });
    };
    const kinds = [{ id: 'timeDate', label: t('到某一天', 'on a day') }, { id: 'timeDuration', label: t('经过一段时间', 'after a while') }, { id: 'timeCycle', label: t('每隔一段时间', 'again and again') }];
    const select = node('select', { class: 'gc-select', onchange: ({ target }) => set(target.value, target.value === 'timeDate' ? '= today() + duration("P1D")' : '= duration("P1D")') });
    select.append(...kinds.map(one => node('option', { value: one.id }, one.label)));
    select.value = kind;
    const simple = kind === 'timeDuration' && (!text || plain(text));
    return node('div', {}, field(t('何时', 'When'), select),
      simple ? field(t('时长', 'Length'), duration(text, body => set(kind, body)))
        : field(t('表达式', 'Expression'), feel(text, body => set(kind, body), known(bo))));
  }

  function basis(element, bo) {
    const chosen = property(bo, 'clauses').split(/\s+/).filter(Boolean);
    const set = ids => write.setProperty(element, bo, 'clauses', ids.join(' '));
    return node('div', { class: 'gc-field' }, node('span', { class: 'gc-label' }, t('依据条款', 'Legal basis')),
      clausePicker(chosen, offers.clauses, set, payload.urls.clause));
  }

  function documentation(element, bo) {
    const set = text => write.modeling.updateProperties(element, {
      documentation: text ? [write.create('bpmn:Documentation', { text }, bo)] : []
    });
    return field(t('说明', 'Explanation'), area(bo.documentation?.[0]?.text || '', set));
  }

  const advanced = (element, bo) => {
    const inside = [documentation(element, bo)];
    if (is(bo, 'bpmn:UserTask')) inside.push(assignee(element, bo));
    if (is(bo, 'bpmn:Activity')) inside.push(many(element, bo));
    return inside;
  };

  // Below it, folded: the rest of our settings, and the full panel of the dialect.
  const short = node('div');
  const rare = node('div');
  const full = node('div', { class: 'gc-full' });
  const folded = node('details', { class: 'gc-advanced', ontoggle: open }, node('summary', {}, t('高级', 'Advanced')), rare, full);
  host.replaceChildren(short, folded);
  folded.hidden = readonly;

  async function open() {
    if (!folded.open || full.childElementCount) return;
    full.append(node('p', { class: 'gc-muted' }, t('正在打开…', 'Loading…')));
    const { attach } = await import('./full.js');
    full.replaceChildren();
    attach(modeler, full);
  }

  function settings(element, bo) {
    if (is(bo, 'bpmn:Lane')) return [laneRole, name];
    if (is(bo, 'bpmn:SequenceFlow')) return [name, condition, basis];
    if (!is(bo, 'bpmn:FlowNode')) return [name];
    const own = [];
    if (is(bo, 'bpmn:UserTask')) own.push(role, form, due, dueFrom, state);
    else if (is(bo, 'bpmn:ServiceTask')) own.push(handler, state);
    else if (is(bo, 'bpmn:BusinessRuleTask')) own.push(decision);
    else if (is(bo, 'bpmn:CallActivity')) own.push(called, state);
    else if (is(bo, 'bpmn:StartEvent')) own.push(role, propertyForm);
    else if (is(bo, 'bpmn:EndEvent')) own.push(state, outcome);
    else if (is(bo, 'bpmn:Event')) own.push(timer, state);
    return [name, ...own, basis, identity];
  }

  const labelOf = control => control?.closest('.gc-field')?.querySelector('label')?.textContent;

  function focusOn(label) {
    const found = [...host.querySelectorAll('label')].find(one => label && one.textContent === label);
    found?.parentElement.querySelector('input, select, textarea')?.focus();
  }

  function show(element) {
    if (!element) {
      rare.replaceChildren();
      short.replaceChildren(node('p', { class: 'gc-muted' }, t('选择图中的一个方框、菱形、圆圈或连线，在这里设置由谁办理、用什么表单、依据哪一条。', 'Select a box, gateway, event or flow to set who does it, with which form, on what basis.')));
      return;
    }
    const bo = object(element);
    const focus = labelOf(document.activeElement);
    const fields = settings(element, bo).map(make => make(element, bo)).filter(Boolean);
    short.replaceChildren(node('h2', {}, t('办理设置', 'Settings'), node('span', { class: 'gc-tag' }, kindOf(element))), ...fields);
    rare.replaceChildren(...advanced(element, bo));
    if (readonly) host.querySelectorAll('input, select, textarea').forEach(one => { one.disabled = true; });
    focusOn(focus);
  }

  const selected = () => {
    const chosen = modeler.get('selection').get();
    return chosen.length === 1 ? (chosen[0].labelTarget || chosen[0]) : null;
  };
  const refresh = () => show(selected());
  // A label that is open on the canvas is written first: else it would come back over what is
  // written here. What is shown is renewed in the next frame, so that the press finds its control.
  host.addEventListener('pointerdown', () => modeler.get('directEditing', false)?.complete(), true);
  let frame = 0;
  const refreshSoon = () => { cancelAnimationFrame(frame); frame = requestAnimationFrame(refresh); };
  modeler.on('selection.changed', refresh);
  modeler.on('commandStack.changed', refreshSoon);
  modeler.on('import.done', refresh);
  refresh();
}
