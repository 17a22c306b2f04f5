// What build.mjs puts around the words of a library that does not ask for translations.
export { translate as gcTranslate } from './language.js';
