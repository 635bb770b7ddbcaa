export type { CaptureSource } from './capture-source.ts';
export { parseCaptureSource } from './capture-source.ts';
export type { CaptureTool, CaptureToolName, ToolSearch } from './capture-tool.ts';
export { captureLatencyMs, findCaptureTool, toolSearch } from './capture-tool.ts';
export type { Child, ChildEnd, ChildListener, StartChild } from './child.ts';
export { startChild } from './child.ts';
export type { CaptureSink, LiveCaptureConfig, LiveCaptureDeps, LiveCounts } from './live-capture.ts';
export { LiveCapture } from './live-capture.ts';
