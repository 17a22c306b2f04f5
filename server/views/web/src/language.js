// The page's language is the server's choice, written in <html lang>.
import formMessages from './form-messages.zh.json';

export const lang = document.documentElement.lang.toLowerCase().startsWith('zh') ? 'zh' : 'en';

/** The text of the page's language. */
export const t = (zh, en) => (lang === 'zh' ? zh : en);

// Messages a library shows that our dictionary lacks; a browser test expects none.
const missing = (window.gcMissingMessages = []);

const inPageLanguage = template => {
  if (lang === 'en') return template;
  if (!(template in formMessages)) missing.push(template);
  return formMessages[template] ?? template;
};

/** The `translate` service of the bpmn.io libraries. */
export function translate(template, replacements = {}) {
  return inPageLanguage(template).replace(/{(\w+)}/g, (_, name) => replacements[name] ?? '');
}

export const TranslateModule = { translate: ['value', translate] };
