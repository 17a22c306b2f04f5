// Small pieces of a settings panel, built without a framework.
export function node(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, '');
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children.filter(child => child != null && child !== false));
  return made;
}

let serial = 0;

/** A labelled control with a hint below it. */
export function field(label, control, hint = '') {
  const id = `gc-field-${serial += 1}`;
  (control.matches('input, select, textarea') ? control : control.querySelector('input, select, textarea'))
    ?.setAttribute('id', id);
  return node('div', { class: 'gc-field' },
    node('label', { for: id }, label), control, hint && node('small', {}, hint));
}

export function textInput(value, set, attributes = {}) {
  const control = node('input', { class: 'gc-input', value, onchange: ({ target }) => set(target.value.trim()), ...attributes });
  return control;
}

export function area(value, set, attributes = {}) {
  const control = node('textarea', { class: 'gc-input gc-area', rows: 2, onchange: ({ target }) => set(target.value.trim()), ...attributes });
  control.value = value;
  return control;
}

/** A drop-down of `{ id, label }`; a value that is not offered stays visible. */
export function choice(value, offered, set, nothing) {
  const control = node('select', { class: 'gc-select', onchange: ({ target }) => set(target.value) });
  const known = value && !offered.some(({ id }) => id === value) ? [{ id: value, label: value }, ...offered] : offered;
  const named = ({ id, label }) => (label === id ? id : `${label}（${id}）`);
  control.append(node('option', { value: '' }, nothing), ...known.map(one => node('option', { value: one.id }, named(one))));
  control.value = value;
  return control;
}
