import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { count, lang, t } from '../i18n.ts';
import { theme } from '@webrtc-im/page/theme';

const HEIGHT = 150;
const color = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function options(width: number): uPlot.Options {
  const grid = { stroke: color('--line'), width: 1 };
  const axis = { stroke: color('--muted'), grid, ticks: grid, font: '12px system-ui, sans-serif' };
  return {
    width, height: HEIGHT, legend: { show: false }, cursor: { show: false }, padding: [8, 8, 0, 0],
    scales: { y: { range: (_, low, high) => [Math.min(0, low ?? 0), Math.max(1, (high ?? 0) * 1.15)] } },
    axes: [{ ...axis, values: (_, all) => all.map((at) => new Date(at * 1000).toLocaleTimeString(lang.value, { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false })), space: 90, size: 30 }, { ...axis, size: 56, values: (_, all) => all.map((one) => count(one)) }],
    series: [{}, { stroke: color('--accent'), width: 2, fill: color('--chart'), points: { show: false } }],
  };
}

/** A line over the last minutes; `times` in Unix ms. */
export function Chart({ what, times, values }: { what: string; times: readonly number[]; values: readonly (number | null)[] }) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const newest = values.at(-1) ?? null;
  const data = (): uPlot.AlignedData => [times.map((ms) => ms / 1000), [...values]];
  useEffect(() => {
    const at = place.current!;
    const make = () => {
      plot.current?.destroy();
      plot.current = new uPlot(options(at.clientWidth), data(), at);
    };
    make();
    const sized = new ResizeObserver(() => plot.current?.setSize({ width: at.clientWidth, height: HEIGHT }));
    sized.observe(at);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', make);
    return () => {
      sized.disconnect();
      dark.removeEventListener('change', make);
      plot.current?.destroy();
    };
  }, [lang.value, theme.value]);
  useEffect(() => plot.current?.setData(data()), [times.at(-1)]);
  return (
    <figure class="chart">
      <figcaption>
        <span>{what}</span>
        <strong>{count(newest)}</strong>
      </figcaption>
      <div ref={place} role="img" aria-label={t('chartOf', { what, value: count(newest) })} />
    </figure>
  );
}
