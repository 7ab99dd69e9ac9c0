// Files dropped on the import page, and the progress of an import.
for (const drop of document.querySelectorAll<HTMLFormElement>('[data-drop]')) {
  const input = drop.querySelector<HTMLInputElement>('input[type="file"]');
  const status = drop.querySelector<HTMLElement>('[data-status]');
  const say = (files: FileList | null) => {
    const names = [...(files ?? [])].map((f) => f.name);
    if (status) status.textContent = names.length > 1 ? `${names.length} fichiers choisis : ${names.join(', ')}` : names.length ? `Choisi : ${names[0]}` : '';
  };
  for (const type of ['dragenter', 'dragover']) drop.addEventListener(type, (e) => { e.preventDefault(); drop.classList.add('over'); });
  for (const type of ['dragleave', 'drop']) drop.addEventListener(type, (e) => { e.preventDefault(); drop.classList.remove('over'); });
  drop.addEventListener('drop', (e) => {
    if (!input || !e.dataTransfer?.files.length) return;
    input.files = e.dataTransfer.files;
    say(input.files);
  });
  input?.addEventListener('change', () => say(input.files));
}

/** How far an import is, as the server tells it. */
interface Progress { rows_done: number; rows: number; state: string; studying: boolean; error: string }

for (const panel of document.querySelectorAll<HTMLElement>('[data-events]')) {
  const bar = panel.querySelector('progress');
  const text = panel.querySelector<HTMLElement>('[data-progress]');
  const number = new Intl.NumberFormat('fr-FR');
  const source = new EventSource(panel.dataset.events ?? '');
  const told = (e: MessageEvent<string>) => {
    const p = JSON.parse(e.data) as Progress;
    if (bar && p.rows) bar.value = (100 * p.rows_done) / p.rows;
    if (text && p.rows) text.textContent = `${number.format(p.rows_done)} lignes sur ${number.format(p.rows)}`;
    if (p.state === 'en_cours' || p.studying) return;
    source.close();
    location.reload();
  };
  source.addEventListener('progress', told);
}
