// <perimetre-adresse>: a field that completes an address in any form and, when asked,
// tells whether its place is in a priority zone. One file, no dependency. What is typed
// goes by POST to the server that the file came from, and nowhere else.
//
//   <script type="module" src="https://HÔTE/composants/perimetre-adresse.js"></script>
//   <perimetre-adresse name="adresse" label="Adresse" zonages="qpv"></perimetre-adresse>
//
// Attributes: name, label, value, placeholder, required, disabled, zonages (qpv, frr, zrr),
// date (AAAA-MM-JJ), serveur (another server's address). It takes part in its form, and
// says « adresse » with the place chosen as detail.
// Keyboard: the combobox with a list of the WAI-ARIA Authoring Practices.

interface Place { label: string; name: string; context: string; properties: Record<string, unknown>; lon: number; lat: number }
interface Feature { properties: Record<string, unknown>; geometry: { coordinates: [number, number] } }

const enough = 3; // characters, as the server asks
const calm = 150; // milliseconds without a key before a question is sent

const style = `:host{display:block;font:inherit;position:relative;color:var(--perimetre-texte,#1b1b1b)}
:host([hidden]){display:none}
label{display:block;margin-bottom:.25em}
input{box-sizing:border-box;width:100%;font:inherit;color:inherit;padding:.5em .6em;background:var(--perimetre-fond,#fff);border:1px solid var(--perimetre-bord,#6b6b6b);border-radius:var(--perimetre-rayon,3px)}
input:focus-visible{outline:2px solid var(--perimetre-accent,#1f4e79);outline-offset:1px}
ul{position:absolute;z-index:10;left:0;right:0;margin:2px 0 0;padding:0;list-style:none;background:var(--perimetre-fond,#fff);border:1px solid var(--perimetre-bord,#6b6b6b);border-radius:var(--perimetre-rayon,3px);max-height:20em;overflow:auto}
li{padding:.5em .6em;min-height:24px;cursor:pointer}
li small{display:block;color:var(--perimetre-second,#555)}
li[aria-selected=true]{background:var(--perimetre-accent,#1f4e79);color:var(--perimetre-sur-accent,#fff)}
li[aria-selected=true] small{color:inherit}
.said{margin:.35em 0 0;min-height:1.2em}
.out{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media (forced-colors:active){li[aria-selected=true]{background:Highlight;color:HighlightText;forced-color-adjust:none}}`;

const home = new URL('..', import.meta.url).href;
const answers: Record<string, string> = { oui: 'oui', non: 'non', a_verifier: 'à vérifier' };
let serial = 0;

class PerimetreAdresse extends HTMLElement {
  static formAssociated = true;
  static observedAttributes = ['label', 'placeholder', 'required', 'disabled', 'value'];

  private readonly internals = this.attachInternals();
  private readonly input = document.createElement('input');
  private readonly list = document.createElement('ul');
  private readonly caption = document.createElement('label');
  private readonly count = document.createElement('div');
  private readonly said = document.createElement('p');
  private places: Place[] = [];
  private at = -1;
  private timer = 0;
  private asking?: AbortController;
  private first = '';

  constructor() {
    super();
    const id = `pa${++serial}`;
    const root = this.attachShadow({ mode: 'open', delegatesFocus: true });
    const css = new CSSStyleSheet();
    css.replaceSync(style);
    root.adoptedStyleSheets = [css];
    this.input.id = `${id}-i`;
    this.list.id = `${id}-l`;
    this.caption.id = `${id}-t`;
    this.caption.htmlFor = this.input.id;
    this.input.part.add('champ');
    this.list.part.add('liste');
    this.said.part.add('reponse');
    for (const [k, v] of Object.entries({ type: 'text', role: 'combobox', autocomplete: 'off', spellcheck: 'false', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': this.list.id })) this.input.setAttribute(k, v);
    this.list.setAttribute('role', 'listbox');
    this.list.setAttribute('aria-labelledby', this.caption.id);
    this.list.hidden = true;
    this.count.className = 'out';
    this.count.setAttribute('role', 'status');
    this.said.className = 'said';
    this.said.setAttribute('role', 'status');
    root.append(this.caption, this.input, this.list, this.count, this.said);
    this.input.addEventListener('input', () => this.typed());
    this.input.addEventListener('keydown', (e) => this.key(e));
    this.input.addEventListener('blur', () => this.close());
    this.input.addEventListener('change', () => this.dispatchEvent(new Event('change', { bubbles: true })));
    this.list.addEventListener('pointerdown', (e) => e.preventDefault()); // the field keeps the focus
    this.list.addEventListener('click', (e) => {
      const li = (e.target as Element).closest('li');
      if (li) this.choose([...this.list.children].indexOf(li));
    });
  }

  connectedCallback(): void {
    this.first = this.getAttribute('value') ?? '';
    this.draw();
    if (this.first && !this.input.value) this.value = this.first;
    this.valid();
  }

  disconnectedCallback(): void { this.hush(); }
  attributeChangedCallback(name: string, _: string | null, to: string | null): void {
    if (name === 'value') this.value = to ?? '';
    this.draw();
    this.valid();
  }

  formResetCallback(): void { this.value = this.first; this.said.textContent = ''; }
  formDisabledCallback(off: boolean): void { this.input.disabled = off; }

  get value(): string { return this.input.value; }
  set value(text: string) {
    this.hush();
    this.input.value = text;
    this.internals.setFormValue(text);
    this.close();
    this.valid();
  }
  get form(): HTMLFormElement | null { return this.internals.form; }
  get name(): string { return this.getAttribute('name') ?? ''; }
  get validity(): ValidityState { return this.internals.validity; }
  checkValidity(): boolean { return this.internals.checkValidity(); }
  reportValidity(): boolean { return this.internals.reportValidity(); }

  /** Drops what is asked, or is about to be: it is for what was typed before. */
  private hush(): void { clearTimeout(this.timer); this.asking?.abort(); }

  private draw(): void {
    this.caption.textContent = this.getAttribute('label') ?? 'Adresse';
    this.input.placeholder = this.getAttribute('placeholder') ?? '';
    this.input.required = this.hasAttribute('required');
    this.input.disabled = this.hasAttribute('disabled');
  }

  private valid(): void {
    if (this.input.required && !this.input.value.trim()) this.internals.setValidity({ valueMissing: true }, 'Indiquez une adresse.', this.input);
    else this.internals.setValidity({});
  }

  private typed(): void {
    this.internals.setFormValue(this.input.value);
    this.valid();
    this.said.textContent = '';
    this.hush();
    if (this.input.value.trim().length < enough) return this.close();
    this.timer = window.setTimeout(() => void this.complete(), calm);
  }

  private async ask(fields: Record<string, string>): Promise<Place[]> {
    this.asking?.abort();
    this.asking = new AbortController();
    const server = this.getAttribute('serveur');
    const answer = await fetch(new URL('search', server ? server.replace(/\/?$/, '/') : home), { method: 'POST', body: new URLSearchParams(fields), signal: this.asking.signal, credentials: 'omit', referrerPolicy: 'no-referrer' });
    if (!answer.ok) throw new Error(String(answer.status));
    const { features } = await answer.json() as { features: Feature[] };
    return features.map(({ properties: p, geometry: g }) => ({ label: String(p.label), name: String(p.name ?? p.label), context: [p.postcode, p.city].filter(Boolean).join(' '), properties: p, lon: g.coordinates[0], lat: g.coordinates[1] }));
  }

  private async complete(): Promise<void> {
    try {
      this.show(await this.ask({ q: this.input.value.trim(), limit: '6', autocomplete: '1' }));
    } catch (e) {
      if ((e as Error).name === 'AbortError') return;
      this.close();
      this.count.textContent = (e as Error).message === '429' ? 'Trop de demandes : attendez un instant.' : 'Les adresses ne peuvent être proposées en ce moment ; la saisie reste possible.';
    }
  }

  private show(places: Place[]): void {
    this.places = places;
    this.at = -1;
    this.list.replaceChildren(...places.map((p, i) => {
      const li = document.createElement('li'), place = document.createElement('small');
      li.id = `${this.list.id}-${i}`;
      li.setAttribute('role', 'option');
      li.setAttribute('aria-selected', 'false');
      place.textContent = p.context;
      li.append(p.name, ' ', place);
      return li;
    }));
    const open = places.length > 0 && this.shadowRoot?.activeElement === this.input;
    this.list.hidden = !open;
    this.input.setAttribute('aria-expanded', String(open));
    this.input.removeAttribute('aria-activedescendant');
    this.count.textContent = places.length === 0 ? 'Aucune adresse trouvée.' : places.length === 1 ? 'Une adresse proposée.' : `${places.length} adresses proposées.`;
  }

  private close(): void {
    this.list.hidden = true;
    this.at = -1;
    this.input.setAttribute('aria-expanded', 'false');
    this.input.removeAttribute('aria-activedescendant');
  }

  private move(to: number): void {
    const n = this.places.length;
    if (n === 0) return;
    this.list.hidden = false;
    this.input.setAttribute('aria-expanded', 'true');
    this.list.children[this.at]?.setAttribute('aria-selected', 'false');
    this.at = (to + n) % n;
    const li = this.list.children[this.at];
    li?.setAttribute('aria-selected', 'true');
    li?.scrollIntoView({ block: 'nearest' });
    this.input.setAttribute('aria-activedescendant', li?.id ?? '');
  }

  private key(e: KeyboardEvent): void {
    const open = !this.list.hidden;
    if (e.key === 'ArrowDown') this.move(e.altKey ? Math.max(this.at, 0) : this.at + 1);
    else if (e.key === 'ArrowUp') this.move(this.at < 0 ? this.places.length - 1 : this.at - 1);
    else if (e.key === 'Enter' && open && this.at >= 0) this.choose(this.at);
    else if (e.key === 'Escape' && open) { this.hush(); this.close(); }
    else if (e.key === 'Escape') this.value = '';
    else return;
    e.preventDefault();
  }

  private choose(i: number): void {
    const place = this.places[i];
    if (!place) return;
    this.value = place.label;
    this.dispatchEvent(new Event('change', { bubbles: true }));
    this.dispatchEvent(new CustomEvent('adresse', { bubbles: true, composed: true, detail: { ...place.properties, lon: place.lon, lat: place.lat } }));
    void this.tell(place);
  }

  /** Says whether the place chosen is in the zones asked for, and why. */
  private async tell(place: Place): Promise<void> {
    const zonings = (this.getAttribute('zonages') ?? '').split(',').map((z) => z.trim()).filter(Boolean);
    if (zonings.length === 0) return;
    this.said.textContent = 'Recherche du zonage…';
    try {
      const date = this.getAttribute('date');
      const [found] = await this.ask({ q: place.label, limit: '1', autocomplete: '0', zonages: zonings.join(','), ...(date && { date }) });
      const p = found?.properties ?? {};
      this.said.textContent = zonings.map((z) => {
        const status = String(p[`${z}_statut`] ?? ''), why = p[`${z}_raison`] ?? p[`${z}_motif`];
        return `${z.toUpperCase()} : ${answers[status] ?? 'sans réponse'}${why ? ` (${String(why)})` : ''}`;
      }).join(' ; ') + '.';
      this.dispatchEvent(new CustomEvent('zonage', { bubbles: true, composed: true, detail: p }));
    } catch (e) {
      if ((e as Error).name !== 'AbortError') this.said.textContent = 'Le zonage ne peut être lu en ce moment.';
    }
  }
}

if (!customElements.get('perimetre-adresse')) customElements.define('perimetre-adresse', PerimetreAdresse);
export { PerimetreAdresse };
