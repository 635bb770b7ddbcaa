import { FLAGS } from './emitter.ts';
import { hashNumber } from './random.ts';
import type { Tick, TrafficContext } from './traffic-context.ts';
import type { Interface } from './world.ts';

interface PooledUse {
  readonly client: Interface;
  readonly server: Interface;
  readonly serverPort: number;
  readonly slot: number;
  requestBytes: number;
  replyBytes: number;
}

/** Ticks after which a kept connection is closed and made anew. */
const LIFE_TICKS = 360;

/**
 * Connections that servers keep open to each other. What goes over one of them within a tick becomes one exchange, so
 * that every window has one record for each; most windows carry no flags, the first after a reconnect SYN.
 */
export class ConnectionPools {
  private readonly context: TrafficContext;
  private readonly uses = new Map<number, PooledUse>();

  constructor(context: TrafficContext) {
    this.context = context;
  }

  /** Sends a request of so many payload bytes and its reply over connection `slot` between two hosts. */
  use(
    client: Interface,
    server: Interface,
    serverPort: number,
    slot: number,
    requestBytes: number,
    replyBytes: number,
  ): void {
    const key = (client.index * 4096 + server.index) * 16 + slot;
    const use = this.uses.get(key);
    if (use === undefined) {
      this.uses.set(key, { client, server, serverPort, slot, requestBytes, replyBytes });
      return;
    }
    use.requestBytes += requestBytes;
    use.replyBytes += replyBytes;
  }

  /** Writes the exchanges of the tick. */
  flush(tick: Tick): void {
    const { emitter } = this.context;
    for (const { client, server, serverPort, slot, requestBytes, replyBytes } of this.uses.values()) {
      const age = (tick.index + client.index * 7) % LIFE_TICKS;
      const life = Math.floor((tick.index + client.index * 7) / LIFE_TICKS);
      const port =
        32_768 + (hashNumber(client.index * 65_537 + server.index * 257 + slot * 31 + life * 8_191) % 28_232);
      const isNew = age === 0;
      emitter.tcp(
        port,
        serverPort,
        requestBytes,
        replyBytes,
        isNew ? FLAGS.syn : FLAGS.none,
        isNew ? FLAGS.synAck : FLAGS.none,
        false,
      );
      emitter.internal(client, server, false);
    }
    this.uses.clear();
  }
}
