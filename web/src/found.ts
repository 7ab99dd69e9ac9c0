// The map's search: the address goes by POST, its decision comes back in words, and
// neither stands in the link of the page.
import { Marker, type Map as GLMap } from 'maplibre-gl';

/** Whether an address is shown: its place is then kept out of links. */
export interface Found { readonly shown: boolean }

export const search = (map: GLMap, perimeter: () => string, still: boolean): Found => {
  const form = document.querySelector<HTMLFormElement>('[data-find]'), place = document.querySelector<HTMLElement>('[data-found]');
  const state = { shown: false };
  if (!form || !place) return state;
  let marker: Marker | undefined, before: { center: [number, number]; zoom: number } | undefined;
  const clear = () => {
    place.replaceChildren();
    marker?.remove();
    marker = undefined;
    if (before) map.jumpTo(before); // the view that was, so that no link keeps the place
    before = undefined;
    state.shown = false;
  };
  const show = (lon: number, lat: number, label: string) => {
    const c = map.getCenter();
    before ??= { center: [c.lng, c.lat], zoom: map.getZoom() };
    state.shown = true;
    marker?.remove();
    const element = document.createElement('div');
    element.className = 'atlas-point';
    element.setAttribute('role', 'img');
    element.setAttribute('aria-label', label);
    marker = new Marker({ element }).setLngLat([lon, lat]).addTo(map);
    if (still) map.jumpTo({ center: [lon, lat], zoom: 15 });
    else map.easeTo({ center: [lon, lat], zoom: 15, duration: 600 });
  };
  form.addEventListener('submit', (e) => {
    e.preventDefault();
    const body = new URLSearchParams({ adresse: form.querySelector<HTMLInputElement>('[name=adresse]')!.value, perimetre: perimeter() });
    form.toggleAttribute('aria-busy', true);
    fetch(form.dataset.find!, { method: 'POST', body }).then(async (answer) => {
      if (!answer.ok && answer.status !== 400) throw new Error(String(answer.status));
      place.innerHTML = await answer.text(); // the server's own page, escaped there
      const at = place.querySelector<HTMLElement>('[data-lon]');
      if (at) show(Number(at.dataset.lon), Number(at.dataset.lat), at.dataset.place ?? '');
      place.querySelector('[data-found-clear]')?.addEventListener('click', () => {
        clear();
        form.querySelector<HTMLInputElement>('[name=adresse]')!.focus();
      });
      place.querySelector<HTMLElement>('[data-found-title]')?.focus({ preventScroll: true });
    }).catch(() => form.submit()) // the page of one address answers without this script
      .finally(() => form.toggleAttribute('aria-busy', false));
  });
  return state;
};
