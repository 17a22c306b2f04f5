// The form field "attachment": uploads at once and keeps document ids, so drafts keep their files.
import { Description, Errors, Label } from '@bpmn-io/form-js-viewer';
import { h } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { t } from './language.js';

/** A paper clip, for the palette of the form editor. */
const CLIP = `data:image/svg+xml,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" width="54" height="54" fill="none" stroke="#22242a" stroke-width="2"><path d="M36 22 24 34a5 5 0 0 1-7-7l13-13a8 8 0 0 1 11 11L28 38"/></svg>')}`;

const MEGABYTE = 1024 * 1024;

const sizeOf = bytes => (bytes < MEGABYTE
  ? `${Math.ceil(bytes / 1024)} KB`
  : `${Number((bytes / MEGABYTE).toFixed(1))} MB`);

const tooLarge = (file, limit) => t(
  `${file.name} 超过 ${sizeOf(limit)}，没有上传`, `${file.name} exceeds ${sizeOf(limit)}, not uploaded`
);

const endings = accept => (accept || '').split(',').map(one => one.trim().toLowerCase()).filter(Boolean);

const kinds = accept => endings(accept).map(one => one.replace(/^\./, '').toUpperCase()).join('/');

const fits = (file, accept) => !accept || endings(accept).some(one => file.name.toLowerCase().endsWith(one));

const unfit = (file, accept) => t(
  `${file.name}：不接受此类文件，可上传 ${kinds(accept)}`, `${file.name}: only ${kinds(accept)} are accepted`
);

/**
 * The form-js module. `uploadFile(file)` answers {id, name, size}; `documents` maps id → such a
 * record and starts with those already attached; `limit` is in bytes.
 */
export function attachmentModule({ uploadFile, documents, documentUrl, limit }) {
  function File({ id, onRemove }) {
    const { name, size } = documents.get(id) || { name: id, size: 0 };
    return h('li', null,
      h('a', { href: documentUrl(id) }, name),
      h('small', null, size ? sizeOf(size) : ''),
      onRemove && h('button', {
        type: 'button', class: 'gc-link', onClick: onRemove, 'aria-label': t(`移除 ${name}`, `Remove ${name}`)
      }, t('移除', 'Remove')));
  }

  function Picker({ domId, field, busy, invalid, onPick }) {
    return h('label', { class: 'gc-btn gc-attachment-pick' },
      busy ? t(`正在上传 ${busy}…`, `Uploading ${busy}…`) : t('选择文件', 'Choose files'),
      h('input', {
        id: domId, type: 'file', class: 'gc-hidden', accept: field.accept, disabled: Boolean(busy),
        multiple: field.multiple, onChange: onPick,
        'aria-describedby': `${domId}-description ${domId}-error-message`, 'aria-invalid': invalid
      }));
  }

  function Attachment({ field, value, onChange, errors = [], readonly, disabled, domId }) {
    const [busy, setBusy] = useState('');
    const [refusals, setRefusals] = useState([]);
    const ids = value || [];
    const latest = useRef(ids); // a file may be removed while another is on its way
    latest.current = ids;
    const fixed = readonly || disabled;
    const sentences = [...errors, ...refusals];

    async function add(file) {
      setBusy(file.name);
      const document = await uploadFile(file);
      documents.set(document.id, document);
      return document.id;
    }

    async function pick({ target }) {
      const files = [...target.files];
      const added = [];
      const [taken, strange] = [[], []];
      for (const file of files) (fits(file, field.accept) ? taken : strange).push(file);
      const refused = [
        ...strange.map(file => unfit(file, field.accept)),
        ...taken.filter(file => file.size > limit).map(file => tooLarge(file, limit))
      ];
      for (const file of taken.filter(one => one.size <= limit)) {
        try {
          added.push(await add(file));
        } catch (problem) {
          refused.push(`${file.name}：${problem.message}`);
        }
      }
      target.value = '';
      setBusy('');
      setRefusals(refused);
      onChange({ value: [...(field.multiple ? latest.current : []), ...added] });
    }

    const remove = id => onChange({ value: latest.current.filter(other => other !== id) });
    const hint = [field.description, kinds(field.accept), t(`单个不超过 ${sizeOf(limit)}`, `up to ${sizeOf(limit)} each`)];

    return h('div', { class: `fjs-form-field fjs-form-field-attachment${sentences.length ? ' fjs-has-errors' : ''}` },
      h(Label, { htmlFor: domId, label: field.label, required: field.validate?.required }),
      h('div', { class: 'gc-attachment' },
        ids.length > 0 && h('ul', null, ids.map(id => h(File, { key: id, id, onRemove: fixed ? null : () => remove(id) }))),
        ids.length === 0 && fixed && h('p', { class: 'gc-muted' }, t('未上传', 'None')),
        !fixed && h(Picker, { domId, field, busy, invalid: sentences.length > 0, onPick: pick })),
      !fixed && h(Description, { id: `${domId}-description`, description: hint.filter(Boolean).join(' · ') }),
      h(Errors, { id: `${domId}-error-message`, errors: sentences }));
  }

  Attachment.config = {
    type: 'attachment',
    keyed: true,
    name: t('附件', 'Attachment'),
    label: t('附件', 'Attachment'),
    group: 'basic-input',
    iconUrl: CLIP,
    propertiesPanelEntries: ['key', 'label', 'description', 'required', 'accept', 'multiple'],
    emptyValue: [],
    sanitizeValue: ({ value }) => (Array.isArray(value) ? value : []),
    create: (options = {}) => ({ multiple: true, ...options })
  };

  function Registration(formFields) {
    formFields.register('attachment', Attachment);
  }
  Registration.$inject = ['formFields'];

  return { __init__: ['attachmentField'], attachmentField: ['type', Registration] };
}
