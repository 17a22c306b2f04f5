// The editors' words: a community dictionary for bpmn-js (MIT), our own on top of it.
import bpmn from 'bpmn-js-i18n-zh/lib/bpmn-js/index.js';
import own from './messages.zh.json';
import formMessages from '../form-messages.zh.json';
import { translator } from '../language.js';

export { lang, t } from '../language.js';

const dictionary = { ...bpmn, ...formMessages, ...own };

/** Further words, of a part that is loaded later. */
export const learn = words => Object.assign(dictionary, { ...words, ...dictionary });
export const translate = translator(dictionary);
export const TranslateModule = { translate: ['value', translate] };
