// A chart: uPlot (vendor/uplot.js) draws it on a canvas. What the library does not have is here: colours
// of the page's style sheet, marks at limits, a line that says what the pointer or the arrow keys are at.
import uPlot from './vendor/uplot.js';

/**
 * What a chart shows.
 * @typedef {object} Model
 * @property {number[][]} data x values, then those of each series; null where there is none
 * @property {{colour: string, kind: 'bars'|'line'}[]} series
 * @property {[number, number]} range of x
 * @property {number} top of y
 * @property {boolean} [time] whether x are seconds of Unix time
 * @property {(x: number) => string} x a value of x in words, for the axis
 * @property {(y: number) => string} y
 * @property {{x?: number, y?: number, colour: string, text: string}[]} marks lines across
 * @property {(i: number) => string} says what there is to read at a place
 */

const height = 220;
const line = 15; // between the texts of two marks
const font = '11px system-ui, sans-serif';
const dark = matchMedia('(prefers-color-scheme: dark)');

/** `<rum-chart>`: it stays while its data change, for morph() hands it the model of the one made anew. */
class Chart extends HTMLElement {
  /** @type {Model} */
  model;
  #plot;
  #colours = {};
  #size = new ResizeObserver(() => this.#plot.setSize({ width: this.clientWidth, height }));
  #recolour = () => {
    this.#colours = {};
    this.#plot.redraw();
  };

  connectedCallback() {
    this.#plot = new uPlot(this.#options(), this.model.data, this.querySelector('.plot'));
    this.#size.observe(this);
    dark.addEventListener('change', this.#recolour);
  }

  disconnectedCallback() {
    this.#size.disconnect();
    dark.removeEventListener('change', this.#recolour);
    this.#plot.destroy();
  }

  /** Shows what another one was made for. */
  take(other) {
    this.model = other.model;
    this.#plot.setData(this.model.data);
  }

  /** Goes to the place so many steps away, as the pointer would. */
  step(by) {
    const [x] = this.model.data;
    const at = this.#plot.cursor.idx ?? (by > 0 ? -1 : x.length);
    const to = Math.min(x.length - 1, Math.max(0, at + by));
    this.#plot.setCursor({ left: this.#plot.valToPos(x[to], 'x'), top: 0 });
  }

  #colour = (name) => (this.#colours[name] ??= getComputedStyle(this).getPropertyValue(`--${name}`));

  #options() {
    const axis = { font, stroke: () => this.#colour('soft'), grid: { stroke: () => this.#colour('line'), width: 1 }, ticks: { stroke: () => this.#colour('line'), width: 1, size: 4 } };
    return {
      width: this.clientWidth,
      height,
      legend: { show: false },
      cursor: { y: false, drag: { setScale: false, x: false, y: false }, points: { show: false } },
      scales: { x: { time: this.model.time ?? false, range: () => this.model.range }, y: { range: () => [0, this.model.top] } },
      axes: [
        { ...axis, values: (_, values) => values.map((v) => this.model.x(v)), space: 64, size: 32 },
        { ...axis, values: (_, values) => values.map((v) => this.model.y(v)), size: 60, space: 36 },
      ],
      series: [{}, ...this.model.series.map(({ colour, kind }) => this.#series(colour, kind))],
      hooks: { draw: [() => this.#marks()], setCursor: [() => this.#say()] },
    };
  }

  #series(colour, kind) {
    const paint = () => this.#colour(colour);
    if (kind === 'bars') return { fill: paint, width: 0, points: { show: false }, paths: uPlot.paths.bars({ size: [0.88, 60] }) };
    return { stroke: paint, width: 2, spanGaps: true, points: { show: true, size: 6, fill: paint } };
  }

  /** Lines across, then their texts, so that no line crosses a text. */
  #marks() {
    const { ctx } = this.#plot;
    ctx.save();
    this.model.marks.forEach((mark, row) => this.#line(mark, row));
    this.model.marks.forEach((mark, row) => this.#text(mark, row));
    ctx.restore();
  }

  #line({ x, y, colour }, row) {
    const { ctx, bbox } = this.#plot;
    const ratio = devicePixelRatio;
    ctx.strokeStyle = this.#colour(colour);
    ctx.lineWidth = 1.5 * ratio;
    ctx.setLineDash(row ? [] : [5 * ratio, 4 * ratio]);
    ctx.beginPath();
    if (x === undefined) {
      const at = this.#plot.valToPos(y, 'y', true);
      ctx.moveTo(bbox.left, at);
      ctx.lineTo(bbox.left + bbox.width, at);
    } else {
      const at = this.#plot.valToPos(x, 'x', true);
      ctx.moveTo(at, bbox.top + row * line * ratio);
      ctx.lineTo(at, bbox.top + bbox.height);
    }
    ctx.stroke();
  }

  #text({ x, y, colour, text }, row) {
    const { ctx, bbox } = this.#plot;
    const ratio = devicePixelRatio;
    const right = bbox.left + bbox.width;
    let [at, above] = [right, this.#plot.valToPos(y ?? 0, 'y', true) - 5 * ratio];
    ctx.font = `600 ${11 * ratio}px system-ui, sans-serif`;
    ctx.textAlign = 'right';
    ctx.textBaseline = 'alphabetic';
    if (x !== undefined) {
      [at, above] = [this.#plot.valToPos(x, 'x', true), bbox.top + (row * line + 11) * ratio];
      const left = at > bbox.left + bbox.width * 0.7;
      ctx.textAlign = left ? 'right' : 'left';
      at += (left ? -5 : 5) * ratio;
    }
    ctx.setLineDash([]);
    ctx.strokeStyle = this.#colour('panel');
    ctx.lineWidth = 4 * ratio;
    ctx.strokeText(text, at, above);
    ctx.fillStyle = this.#colour(colour);
    ctx.fillText(text, at, above);
  }

  #say() {
    const { idx } = this.#plot.cursor;
    this.querySelector('.reads').textContent = idx === null || idx === undefined ? '' : this.model.says(idx);
  }
}

customElements.define('rum-chart', Chart);

// In one place, so that charts that come and go need not be listened to.
document.addEventListener('keydown', (event) => {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!by || !(event.target instanceof Chart)) return;
  event.preventDefault();
  event.target.step(by);
});
