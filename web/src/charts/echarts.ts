import { BarChart, type BarSeriesOption, LineChart, type LineSeriesOption } from 'echarts/charts';
import { GridComponent, type GridComponentOption } from 'echarts/components';
import { type ComposeOption, type ECharts, init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { type RefObject, useEffect, useRef } from 'react';

// Only what is drawn is loaded.
use([BarChart, LineChart, GridComponent, CanvasRenderer]);

/** What our charts are made of. */
export type ChartOption = ComposeOption<BarSeriesOption | LineSeriesOption | GridComponentOption>;

/** Draws an option into an element, again whenever it changes, and keeps the size of the element. */
export function useChart(element: RefObject<HTMLDivElement | null>, option: ChartOption): void {
  const chart = useRef<ECharts | null>(null);
  useEffect(() => {
    if (element.current === null) return undefined;
    const made = init(element.current, null, { renderer: 'canvas' });
    chart.current = made;
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(element.current);
    return () => {
      observer.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, [element]);
  useEffect(() => {
    chart.current?.setOption(option, { notMerge: true });
  }, [option]);
}
