/**
 * OpenStack Swift with its S3 door, on loopback: the store that must be refused for several writers, because it answers
 * a conditional PUT with 501 and so can promise no winner. Objects in memory, accounts and containers in a temporary
 * folder, rings of one device.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { answersHttp, createServerHome, findProgram, freePort } from './process.ts';
import type { S3Server } from './s3-server.ts';

const KINDS = ['account', 'container', 'object'] as const;
const PROGRAMS = ['swift-ring-builder', 'swift-proxy-server', ...KINDS.map((kind) => `swift-${kind}-server`)];
/** Debian's Swift belongs to Debian's Python, whatever `python3` is in PATH. */
const PYTHON = '/usr/bin/python3';

/** Are all of its programs on this machine? */
export function isSwiftAvailable(): boolean {
  return PROGRAMS.every((program) => findProgram(program) !== null) && findProgram('python3') !== null;
}

/** Starts one with empty storage; about three seconds. Errors carry the failing program's log. */
export async function startSwift(): Promise<S3Server> {
  const home = createServerHome('swift');
  try {
    const secretAccessKey = 'testing';
    mkdirSync(join(home.dir, 'node/d1'), { recursive: true });
    writeFileSync(
      join(home.dir, 'swift.conf'),
      '[swift-hash]\nswift_hash_path_suffix = weir\nswift_hash_path_prefix = test\n',
    );
    writeFileSync(join(home.dir, 'serve.py'), SERVE);
    const serve = (kind: string): void => {
      const program = findProgram(`swift-${kind}-server`) ?? '';
      home.start(kind, PYTHON, ['serve.py', program, `${kind}.conf`], { PYTHONWARNINGS: 'ignore' });
    };
    const addresses: string[] = [];
    for (const kind of KINDS) {
      const port = await freePort();
      addresses.push(`http://127.0.0.1:${port}/healthcheck`);
      const builder = `${kind}.builder`;
      home.run('swift-ring-builder', [builder, 'create', '2', '1', '0']);
      home.run('swift-ring-builder', [builder, 'add', `r1z1-127.0.0.1:${port}/d1`, '1']);
      home.run('swift-ring-builder', [builder, 'rebalance']);
      writeFileSync(join(home.dir, `${kind}.conf`), storageConfiguration(home.dir, kind, port));
      serve(kind);
    }
    const port = await freePort();
    addresses.push(`http://127.0.0.1:${port}/healthcheck`);
    writeFileSync(join(home.dir, 'proxy.conf'), proxyConfiguration(home.dir, port, secretAccessKey));
    serve('proxy');

    await home.ready(async () => (await Promise.all(addresses.map(answersHttp))).every(Boolean), 45_000);
    const endpoint = `http://127.0.0.1:${port}`;
    return {
      endpoint,
      accessKeyId: 'test:tester',
      secretAccessKey,
      region: 'us-east-1',
      stop: () => home.stop(),
    };
  } catch (error) {
    await home.stop();
    throw error;
  }
}

/** Swift reads /etc/swift/swift.conf and nothing else; this makes it read ours before any of it is loaded. */
const SERVE = `import os, runpy, sys
import swift.common.utils as utils
utils.SWIFT_CONF_FILE = os.path.join(os.getcwd(), "swift.conf")
utils.HASH_PATH_SUFFIX, utils.HASH_PATH_PREFIX = b"weir", b"test"
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
`;

function commonConfiguration(dir: string, port: number): string {
  return `[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
workers = 0
user = ${userInfo().username}
swift_dir = ${dir}
devices = ${dir}/node
mount_check = false
disable_fallocate = true
log_level = WARNING
`;
}

function storageConfiguration(dir: string, kind: (typeof KINDS)[number], port: number): string {
  return `${commonConfiguration(dir, port)}
[pipeline:main]
pipeline = healthcheck ${kind}-server
[filter:healthcheck]
use = egg:swift#healthcheck
[app:${kind}-server]
use = egg:swift#${kind === 'object' ? 'mem_object' : kind}
`;
}

/** The cache of the pipeline is required and may be absent: port 1 refuses at once, and Swift goes on without. */
function proxyConfiguration(dir: string, port: number, secret: string): string {
  return `${commonConfiguration(dir, port)}
[pipeline:main]
pipeline = catch_errors healthcheck cache listing_formats s3api tempauth copy slo dlo versioned_writes proxy-server
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:healthcheck]
use = egg:swift#healthcheck
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:1
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = ${secret} .admin
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_versioned_writes = true
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
`;
}
