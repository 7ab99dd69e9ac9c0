// Tips open by pointer and by focus in the styles alone; Escape closes them.
for (const tip of document.querySelectorAll<HTMLElement>('.tip')) {
  const reopen = () => tip.classList.remove('closed');
  tip.addEventListener('mouseenter', reopen);
  tip.addEventListener('focusin', reopen);
}
document.addEventListener('keydown', (e) => {
  if (e.key === 'Escape') for (const tip of document.querySelectorAll('.tip:hover, .tip:focus-within')) tip.classList.add('closed');
});
