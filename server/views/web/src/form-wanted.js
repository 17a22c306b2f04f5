// Papers that a form wants though it can go without them: which are not there yet, beside the button.
import { t } from './language.js';

/** Keeps `box` told of every attachment marked `wanted` that is still empty. */
export function tellWanted(form, box) {
  const wanted = form.get('formFieldRegistry').getAll()
    .filter(({ type, properties }) => type === 'attachment' && properties?.wanted);
  function tell() {
    const { data } = form._getState();
    const names = wanted.filter(({ key }) => !data[key]?.length).map(({ label }) => label);
    box.hidden = names.length === 0;
    box.textContent = t('还没有上传：', 'Not uploaded yet: ') + names.join(t('、', ', '));
  }
  form.on('changed', tell);
  tell();
}
