// The pictures of the map: hatchings and the signs of sites, drawn on a canvas.
import { colours, type Config } from './atlas';

type Paint = (c: CanvasRenderingContext2D) => void;

const draw = (size: number, paint: Paint) => {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = size;
  const c = canvas.getContext('2d', { willReadFrequently: true })!;
  paint(c);
  return c.getImageData(0, 0, size, size);
};

/** Draws a hatching of 16 points, rising to the right or to the left. */
const hatch = (colour: string, right: boolean): Paint => (c) => {
  c.strokeStyle = colour;
  c.lineWidth = 2.4;
  for (const d of [-16, 0, 16]) {
    c.beginPath();
    c.moveTo(d + (right ? 18 : -2), -2);
    c.lineTo(d + (right ? -2 : 18), 18);
    c.stroke();
  }
};

const hatchings: Record<string, Paint> = { 'hatch-frr': hatch(colours.frr, true), 'hatch-zrr': hatch(colours.zrr, false) };

/** Draws the sign of a kind of site in a square of 32 points. */
const sign = (s: Config['signs'][string]): Paint => (c) => {
  const path = new Path2D(s.path);
  c.fillStyle = s.fill;
  c.strokeStyle = '#fff';
  c.lineWidth = 3;
  c.stroke(path);
  c.fill(path);
};

/** What the style names, by its name; twice the size that it is drawn at. */
export const pictures = (c: Config): Record<string, ImageData> => Object.fromEntries([
  ...Object.entries(hatchings).map(([id, paint]) => [id, draw(16, paint)] as const),
  ...Object.entries(c.signs).map(([kind, s]) => [`site-${kind}`, draw(32, sign(s))] as const),
]);

/** Draws the sign of a layer, or of a kind of site, in a box of 36 × 16 points. */
export const swatch = (c: CanvasRenderingContext2D, config: Config, id: string) => {
  const box = (fill: string, line: string, width: number) => {
    c.fillStyle = fill;
    c.strokeStyle = line;
    c.lineWidth = width;
    c.fillRect(1, 1, 34, 14);
    c.strokeRect(1, 1, 34, 14);
  };
  const hatched = (name: string, line: string) => {
    const tile = document.createElement('canvas');
    tile.width = tile.height = 16;
    hatchings[name]!(tile.getContext('2d')!);
    const pattern = c.createPattern(tile, 'repeat')!;
    pattern.setTransform(new DOMMatrix().scale(0.5));
    c.fillStyle = '#fff';
    c.fillRect(1, 1, 34, 14);
    c.fillStyle = pattern;
    c.fillRect(1, 1, 34, 14);
    c.strokeStyle = line;
    c.lineWidth = 1;
    c.strokeRect(1, 1, 34, 14);
  };
  // As the page's legend shows it.
  const band = (name: string) => {
    const s = getComputedStyle(document.querySelector(`.${name}`)!);
    c.setLineDash(s.strokeDasharray === 'none' ? [] : s.strokeDasharray.split(/[\s,]+/).map(parseFloat));
    box(s.fill, s.stroke, 1.2);
    c.setLineDash([]);
  };
  const street = () => {
    c.strokeStyle = colours.street;
    c.lineWidth = 3;
    c.beginPath();
    c.moveTo(2, 12);
    c.lineTo(34, 4);
    c.stroke();
  };
  const ring = () => {
    c.beginPath();
    c.arc(18, 8, 6.5, 0, 7);
    c.fillStyle = '#fff';
    c.strokeStyle = colours.place;
    c.lineWidth = 3;
    c.fill();
    c.stroke();
  };
  const of: Record<string, () => void> = {
    qpv: () => box(colours.qpvFill, colours.qpv, 2), frr: () => hatched('hatch-frr', colours.frr), zrr: () => hatched('hatch-zrr', colours.zrr),
    'z-b1': () => band('z-b1'), 'z-b2': () => band('z-b2'), 'z-b3': () => band('z-b3'), propositions: () => ring(), fond: () => street(),
    territoires: () => box('#fff', colours.units, 2), communes: () => box('#fff', colours.commune, 1),
  };
  if (of[id]) return of[id]();
  const s = config.signs[id];
  if (!s) return;
  c.save();
  c.translate(10, 0);
  c.scale(0.5, 0.5);
  sign(s)(c);
  c.restore();
};
