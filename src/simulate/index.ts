export type { ScenarioChoice, SimulateConfig, SimulateLayout, SimulateSize } from './config.ts';
export { createSimulateConfig, defaultSimulateConfig, sampleConfig } from './config.ts';
export type { LineStyle } from './line-writer.ts';
export type { LabelledLine, TextObject } from './object-sink.ts';
export type { SimulatedObject, SimulatedRecord } from './simulate.ts';
export { simulateObjects, simulateRecords } from './simulate.ts';
export { Simulation } from './simulation.ts';
export type { Truth, TruthAddress, TruthGroup, TruthTotal } from './truth.ts';
export type { FleetSize } from './world.ts';
