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
