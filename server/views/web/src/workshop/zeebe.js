// Reading and writing the extension elements of the zeebe dialect; every write can be undone.
export const object = element => element.businessObject;

const values = holder => holder?.get('extensionElements')?.get('values') || [];

/** The extension of a type on a business object, e.g. `zeebe:TaskDefinition`. */
export const extension = (holder, type) => values(holder).find(one => one.$type === type);

/** The custom property of that name, or ''. */
export function property(holder, name) {
  const found = extension(holder, 'zeebe:Properties')?.get('properties') || [];
  return found.find(one => one.name === name)?.value || '';
}

const properties = holder => extension(holder, 'zeebe:Properties')?.get('properties') || [];

/** Functions that write through the modeler's command stack. */
export function writer(modeler) {
  const factory = modeler.get('bpmnFactory');
  const modeling = modeler.get('modeling');

  function create(type, attributes, parent) {
    const made = factory.create(type, attributes);
    made.$parent = parent;
    return made;
  }

  function put(element, holder, wanted) {
    const before = holder.get('extensionElements');
    const after = create('bpmn:ExtensionElements', { values: wanted }, holder);
    wanted.forEach(one => { one.$parent = after; });
    modeling.updateModdleProperties(element, holder, {
      extensionElements: wanted.length ? after : undefined
    });
    return before;
  }

  /** Replace the extension of a type; null takes it away. */
  function extend(element, holder, type, attributes) {
    const rest = values(holder).filter(one => one.$type !== type);
    put(element, holder, attributes ? [...rest, create(type, attributes, holder)] : rest);
  }

  /** Set a custom property; '' takes it away. */
  function setProperty(element, holder, name, value) {
    const rest = properties(holder).filter(one => one.name !== name);
    const all = value ? [...rest, create('zeebe:Property', { name, value })] : rest;
    extend(element, holder, 'zeebe:Properties', all.length ? { properties: all } : null);
  }

  /** Set an expression such as a condition; '' takes it away. */
  function setExpression(element, holder, name, text) {
    const made = text ? create('bpmn:FormalExpression', { body: text }, holder) : undefined;
    modeling.updateModdleProperties(element, holder, { [name]: made });
  }

  return { create, extend, setProperty, setExpression, modeling };
}
