// What every page may use: print, copy, confirm, and filters that apply at once.
// Pages work without any of it.
import './plan';
import './tips';
import './slide';

const on = <T extends Element>(selector: string, type: string, act: (el: T, e: Event) => void) => {
  for (const el of document.querySelectorAll<T>(selector)) el.addEventListener(type, (e) => act(el, e));
};

on('[data-print]', 'click', () => window.print());

on<HTMLButtonElement>('[data-copy]', 'click', async (el) => {
  const source = document.getElementById(el.dataset.copy ?? '');
  const said = el.parentElement?.querySelector<HTMLElement>('[data-copied]');
  if (!source || !said) return;
  try {
    await navigator.clipboard.writeText(source.textContent ?? '');
    said.textContent = 'Texte copié.';
  } catch {
    getSelection()?.selectAllChildren(source);
    said.textContent = 'Texte sélectionné : le copier avec Ctrl+C.';
  }
  said.hidden = false;
});

on<HTMLButtonElement>('[data-confirm]', 'click', (el, e) => {
  if (!confirm(el.dataset.confirm)) e.preventDefault();
});

// An area of a map and the line of its table point at each other.
for (const el of document.querySelectorAll<HTMLElement | SVGElement>('[data-area]')) {
  const others = () => document.querySelectorAll(`[data-area="${CSS.escape(el.dataset.area ?? '')}"]`);
  for (const type of ['pointerenter', 'focusin']) el.addEventListener(type, () => others().forEach((o) => o.classList.add('pointed')));
  for (const type of ['pointerleave', 'focusout']) el.addEventListener(type, () => others().forEach((o) => o.classList.remove('pointed')));
}
