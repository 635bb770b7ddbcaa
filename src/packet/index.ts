export { captureFile } from './capture-file.ts';
export type { CaptureOptions } from './capture-reader.ts';
export { CaptureReader, defaultCaptureOptions } from './capture-reader.ts';
export type { CaptureEnd, CaptureInterface, CaptureSummary } from './capture-summary.ts';
export type { DropReason } from './drop-reason.ts';
export { DROP_REASONS } from './drop-reason.ts';
export { LINK_TYPES } from './link-type.ts';
export type { CaptureLoss, PacketListener } from './packet-pipe.ts';
export type { CaptureDirection, FragmentPart, PacketSnapshot } from './packet-view.ts';
export {
  DIRECTION_INBOUND,
  DIRECTION_OUTBOUND,
  DIRECTION_UNKNOWN,
  FIRST_FRAGMENT,
  formatAddressWords,
  LATER_FRAGMENT,
  PacketView,
  snapshotOf,
  WHOLE,
} from './packet-view.ts';
export { capturedPackets, readCapture } from './read-capture.ts';
