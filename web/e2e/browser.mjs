// A headless Chromium without a graphics card: SwiftShader draws the maps' WebGL, and the
// processor draws the rest by itself. Debian's own flags make SwiftShader draw whole pages,
// which takes four times as long; its headless shell has no windows to draw around them.
import { chromium } from 'playwright-core';
import { existsSync } from 'node:fs';

const found = [process.env.CHROMIUM, '/usr/lib/chromium/chromium-headless-shell', '/usr/bin/chromium-headless-shell', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((p) => p && existsSync(p));

export const launch = () => {
  if (!found) throw new Error('Chromium introuvable : « apt-get install chromium-headless-shell », ou donner $CHROMIUM');
  return chromium.launch({
    executablePath: found, headless: true,
    args: ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--disable-gpu-compositing', '--disable-gpu-rasterization', '--no-sandbox'],
  });
};
