// Counts of colours in a picture, decoded by the page's own browser.

/** How many points of a PNG have each colour, to within a distance by channel; part
 * is of the height, from the top. */
export const colours = (page, png, list, { near = 14, part = [0, 1] } = {}) => page.evaluate(async ([data, wanted, distance, [from, to]]) => {
  const image = new Image();
  image.src = `data:image/png;base64,${data}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = image.width;
  canvas.height = image.height;
  const c = canvas.getContext('2d');
  c.drawImage(image, 0, 0);
  const top = Math.round(from * image.height), { data: points } = c.getImageData(0, top, image.width, Math.max(1, Math.round(to * image.height) - top));
  const want = wanted.map((h) => [1, 3, 5].map((i) => parseInt(h.slice(i, i + 2), 16)));
  const hits = want.map(() => 0);
  for (let i = 0; i < points.length; i += 4) want.forEach((w, n) => { if (w.every((v, k) => Math.abs(points[i + k] - v) <= distance)) hits[n]++; });
  return { width: image.width, height: image.height, hits };
}, [Buffer.from(png).toString('base64'), list, near, part]);

/** What the map shows on the screen: points by layer. */
export const drawn = async (page) => {
  const layers = { qpv: '#c2410c', frr: '#3f7d4e', units: '#4a5a6d', sites: '#1d3a5f' };
  const { hits } = await colours(page, await page.locator('#map').screenshot(), Object.values(layers));
  return Object.fromEntries(Object.keys(layers).map((k, i) => [k, hits[i]]));
};
