// The page's language is the server's choice, written in <html lang>.
import formMessages from './form-messages.zh.json';

export const lang = document.documentElement.lang.toLowerCase().startsWith('zh') ? 'zh' : 'en';

/** The text of the page's language. */
export const t = (zh, en) => (lang === 'zh' ? zh : en);

/** A `translate` function of the bpmn.io libraries that looks its words up in a dictionary. */
export function translator(dictionary) {
  const inPageLanguage = template => {
    if (lang === 'en' || !/[A-Za-z]/.test(template)) return template;
    if (!(template in dictionary)) console.error(`no Chinese for: ${template}`); // fails a browser test
    return dictionary[template] ?? template;
  };
  return (template, replacements = {}) => inPageLanguage(template).replace(
    /{(\w+)}/g, (_, name) => replacements[name] ?? ''
  );
}

/** The `translate` service of the form viewer. */
export const translate = translator(formMessages);

export const TranslateModule = { translate: ['value', translate] };
