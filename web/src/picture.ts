// The map as a picture to keep: title, what it shows and when, scale, north, legend
// and sources, round what is seen. The address that was looked for is not on it.
import type { Map as GLMap } from 'maplibre-gl';
import { colours, roundLength, type Config } from './atlas';
import { swatch } from './signs';

interface Key { id: string; label: string }

const family = '"Source Sans 3 Variable", "Source Sans 3", "Liberation Sans", Arial, sans-serif';

/** Cuts a text into lines of a width. */
const lines = (c: CanvasRenderingContext2D, text: string, width: number) => {
  const out: string[] = [];
  for (const word of text.split(' ')) {
    const last = out.at(-1);
    if (last !== undefined && c.measureText(`${last} ${word}`).width <= width) out[out.length - 1] = `${last} ${word}`;
    else out.push(word);
  }
  return out;
};

const scaleBar = (c: CanvasRenderingContext2D, map: GLMap, x: number, y: number, width: number) => {
  const perPoint = (40075016.686 * Math.cos((map.getCenter().lat * Math.PI) / 180)) / (512 * 2 ** map.getZoom());
  const { metres, text } = roundLength((perPoint * width) / 5);
  const length = metres / perPoint;
  c.fillStyle = 'rgb(255 255 255 / .85)';
  c.fillRect(x - 6, y - 24, length + 12, 34);
  c.strokeStyle = '#000';
  c.lineWidth = 2;
  c.beginPath();
  c.moveTo(x, y - 6);
  c.lineTo(x, y);
  c.lineTo(x + length, y);
  c.lineTo(x + length, y - 6);
  c.stroke();
  c.fillStyle = '#000';
  c.font = `13px ${family}`;
  c.fillText(text, x + 4, y - 8);
};

const north = (c: CanvasRenderingContext2D, x: number, y: number) => {
  c.fillStyle = 'rgb(255 255 255 / .85)';
  c.fillRect(x - 16, y - 4, 32, 50);
  c.fillStyle = '#000';
  c.font = `600 14px ${family}`;
  c.textAlign = 'center';
  c.fillText('N', x, y + 12);
  c.textAlign = 'start';
  c.beginPath();
  c.moveTo(x, y + 16);
  c.lineTo(x + 8, y + 42);
  c.lineTo(x, y + 36);
  c.lineTo(x - 8, y + 42);
  c.closePath();
  c.fill();
};

const compose = (map: GLMap, config: Config, perimeter: string, keys: Key[], notes: string[], k: number) => {
  const seen = map.getCanvas(), w = seen.clientWidth, h = seen.clientHeight;
  const canvas = document.createElement('canvas'), c = canvas.getContext('2d')!;
  const margin = 20, inner = w;
  const font = (size: number, weight = 400) => { c.font = `${weight} ${size}px ${family}`; };
  font(14);
  const columns = Math.max(1, Math.floor(inner / (64 + Math.max(...keys.map((key) => c.measureText(key.label).width), 120))));
  font(13);
  const foot = [...notes, ...config.sources].flatMap((s) => lines(c, s, inner));
  font(14);
  const under = lines(c, [config.versions[perimeter], config.edition].filter(Boolean).join('. '), inner);
  font(22, 650);
  const title = lines(c, config.title, inner);
  const head = margin + title.length * 28 + under.length * 20 + 8;
  const legend = Math.ceil(keys.length / columns) * 26 + 16;
  canvas.width = (w + 2 * margin) * k;
  canvas.height = (head + h + legend + foot.length * 18 + margin) * k;
  c.scale(k, k);
  c.fillStyle = '#fff';
  c.fillRect(0, 0, canvas.width, canvas.height);
  let y = margin;
  const write = (list: string[], size: number, step: number, colour: string, weight = 400) => {
    font(size, weight);
    c.fillStyle = colour;
    for (const line of list) c.fillText(line, margin, (y += step) - step * 0.3);
  };
  write(title, 22, 28, colours.ink, 650);
  write(under, 14, 20, colours.quiet);
  c.fillStyle = colours.ground;
  c.fillRect(margin, head, w, h);
  c.drawImage(seen, margin, head, w, h);
  c.strokeStyle = '#7b8896';
  c.lineWidth = 1;
  c.strokeRect(margin, head, w, h);
  scaleBar(c, map, margin + 14, head + h - 14, w);
  north(c, margin + w - 26, head + 12);
  for (const [i, key] of keys.entries()) {
    const x = margin + (i % columns) * (inner / columns), top = head + h + 12 + Math.floor(i / columns) * 26;
    c.save();
    c.translate(x, top);
    swatch(c, config, key.id);
    c.restore();
    font(14);
    c.fillStyle = colours.ink;
    c.fillText(key.label, x + 44, top + 13);
  }
  y = head + h + legend;
  write(foot, 13, 18, colours.quiet);
  return canvas;
};

/** Width of the map on an A4 sheet that lies, inches: it is drawn at 300 points an inch. */
const sheetWidth = 277 / 25.4, density = 300;

/** Writes the density of a PNG, so that it prints at its size: a pHYs chunk after the head. */
export const withDensity = async (png: Blob, perInch: number): Promise<Blob> => {
  const bytes = new Uint8Array(await png.arrayBuffer()), head = 33; // signature, IHDR
  const chunk = new Uint8Array(21), view = new DataView(chunk.buffer), perMetre = Math.round(perInch / 0.0254);
  view.setUint32(0, 9);
  chunk.set([0x70, 0x48, 0x59, 0x73], 4);
  view.setUint32(8, perMetre);
  view.setUint32(12, perMetre);
  chunk[16] = 1; // metre
  let crc = 0xffffffff;
  for (const b of chunk.subarray(4, 17)) {
    crc ^= b;
    for (let k = 0; k < 8; k++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  view.setUint32(17, ~crc);
  return new Blob([bytes.subarray(0, head), chunk, bytes.subarray(head)], { type: 'image/png' });
};

/** Gives the picture at 300 points an inch: the map is drawn again, larger, and set back. */
export const picture = async (map: GLMap, config: Config, perimeter: string, keys: Key[], notes: string[]) => {
  const before = map.getPixelRatio(), ratio = Math.max(2, Math.min(4, (sheetWidth * density) / map.getCanvas().clientWidth));
  map.setPixelRatio(ratio);
  const png = await new Promise<Blob>((resolve, reject) => {
    // Read with the frame that is drawn last: the map keeps no other.
    map.once('idle', () => {
      map.once('render', () => compose(map, config, perimeter, keys, notes, ratio).toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture')))));
      map.triggerRepaint();
    });
  }).finally(() => map.setPixelRatio(before));
  return withDensity(png, density);
};
