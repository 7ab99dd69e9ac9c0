// Keys of the review page: D, H, N answer, P passes, Z takes back. They do nothing
// while a field is being filled, nor with Ctrl, Alt or Meta held.
const typing = (t: EventTarget | null) =>
  t instanceof HTMLElement && (t.isContentEditable || ['TEXTAREA', 'SELECT'].includes(t.tagName) || (t instanceof HTMLInputElement && !['radio', 'checkbox'].includes(t.type)));

// One-letter keys get in the way of who dictates: a switch, kept, puts them off.
const shortcuts = document.querySelector<HTMLInputElement>('[data-shortcuts]');
if (shortcuts) {
  shortcuts.checked = localStorage.getItem('shortcuts') !== 'off';
  shortcuts.addEventListener('change', () => localStorage.setItem('shortcuts', shortcuts.checked ? 'on' : 'off'));
}

document.addEventListener('keydown', (e) => {
  if (shortcuts && !shortcuts.checked) return;
  if (e.ctrlKey || e.metaKey || e.altKey || e.repeat || typing(e.target)) return;
  const button = document.querySelector<HTMLElement>(`[data-key="${CSS.escape(e.key.toLowerCase())}"]`);
  if (!button) return;
  e.preventDefault();
  button.click();
});
