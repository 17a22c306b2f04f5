// The editors' words: a community dictionary for bpmn-js (MIT), our own on top of it.
import bpmn from 'bpmn-js-i18n-zh/lib/bpmn-js/index.js';
import own from './messages.zh.json';
import formMessages from '../form-messages.zh.json';
import { translator } from '../language.js';

export { lang, t } from '../language.js';

export const translate = translator({ ...bpmn, ...formMessages, ...own });
export const TranslateModule = { translate: ['value', translate] };
