// Every page: partial swaps and the stylesheet.
import htmx from 'htmx.org';
import './styles/app.css';

htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.selfRequestsOnly = true;
// A refusal (somebody else claimed first) is drawn in place like any other answer; see pages.py.
htmx.config.responseHandling = [
  { code: '204', swap: false },
  { code: '[23]..', swap: true },
  { code: '40[349]', swap: true },
  { code: '...', swap: false, error: true }
];

const csrf = document.querySelector('meta[name=csrf-token]');
document.addEventListener('htmx:configRequest', event => {
  event.detail.headers['X-CSRFToken'] = csrf?.content || '';
});

// A refused partial request becomes a full page, which says what happened.
document.addEventListener('htmx:responseError', () => window.location.reload());

document.addEventListener('click', event => {
  if (event.target.closest('[data-print]')) window.print();
});

document.addEventListener('keydown', event => {
  const typing = event.target.closest('input, textarea, select, [contenteditable]');
  const search = document.querySelector('main input[type=search]') || document.querySelector('input[type=search]');
  if (event.key !== '/' || typing || !search) return;
  event.preventDefault();
  search.focus();
});

// On a phone the menu is a strip: the page one is on shall be in sight.
const here = document.querySelector('.gc-side [aria-current]');
const strip = here?.closest('.gc-side');
if (strip) strip.scrollLeft = here.offsetLeft - (strip.clientWidth - here.offsetWidth) / 2;

// A table wider than its place scrolls: for the keyboard too.
for (const wrap of document.querySelectorAll('.gc-table-wrap')) {
  if (wrap.scrollWidth > wrap.clientWidth) wrap.tabIndex = 0;
}
