/**
 * Ceph's S3 server on loopback: one monitor, one OSD in memory, one gateway. The store whose conditional PUT is right
 * (`If-None-Match: *` gives 412 on an existing key, one winner among racing writers). Data is lost on stop, as meant.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { answersHttp, createServerHome, findProgram, freePort } from './process.ts';
import type { S3Server } from './s3-server.ts';

const PROGRAMS = ['ceph', 'ceph-authtool', 'ceph-mon', 'ceph-osd', 'monmaptool', 'radosgw', 'radosgw-admin'];
const ACCESS_KEY = 'weirtest';
const MEMORY_BYTES = 4 * 1024 ** 3;

/** Are all of its programs on this machine? */
export function isRadosgwAvailable(): boolean {
  return PROGRAMS.every((program) => findProgram(program) !== null);
}

/** Starts one with empty storage; about two seconds and 150 MB. Errors carry the failing program's log. */
export async function startRadosgw(): Promise<S3Server> {
  const home = createServerHome('radosgw');
  try {
    const [monitorPort, port] = [await freePort(), await freePort()];
    const secretAccessKey = randomBytes(20).toString('hex');
    const cluster = randomUUID();
    const monitorAddress = `v2:127.0.0.1:${monitorPort}`;
    const env = { CEPH_CONF: join(home.dir, 'ceph.conf') };
    for (const folder of ['mon', 'osd', 'run']) mkdirSync(join(home.dir, folder));
    writeFileSync(env.CEPH_CONF, configuration(home.dir, cluster, monitorAddress, port));

    // Without cephx keys the gateway hangs: "get_initial_auth_request returned -13".
    const key = (name: string, ...caps: string[]): void => {
      const granted = caps.flatMap((cap) => ['--cap', ...cap.split('=')]);
      home.run('ceph-authtool', ['keyring', '--gen-key', '-n', name, ...granted], env);
    };
    home.run('ceph-authtool', ['--create-keyring', 'keyring'], env);
    key('mon.', 'mon=allow *');
    key('client.admin', 'mon=allow *', 'osd=allow *');
    key('client.rgw', 'mon=allow rwx', 'osd=allow rwx');
    key('osd.0', 'mon=allow profile osd', 'osd=allow *');
    home.run(
      'monmaptool',
      ['--create', '--fsid', cluster, '--addv', 'a', `[${monitorAddress}]`, 'monmap'],
      env,
    );
    home.run('ceph-mon', ['--mkfs', '-i', 'a', '--monmap', 'monmap', '--keyring', 'keyring'], env);
    home.start('mon', 'ceph-mon', ['-i', 'a', '-f'], env);

    const osd = randomUUID();
    home.run('ceph', ['osd', 'new', osd, '0'], env);
    home.run('ceph-osd', ['-i', '0', '--mkfs', '--osd-uuid', osd], env);
    home.start('osd', 'ceph-osd', ['-i', '0', '-f'], env);
    const user = [
      '--uid=test',
      '--display-name=test',
      `--access-key=${ACCESS_KEY}`,
      `--secret=${secretAccessKey}`,
    ];
    home.run('radosgw-admin', ['user', 'create', ...user], env);
    home.start('rgw', 'radosgw', ['-n', 'client.rgw', '-f'], env);

    const endpoint = `http://127.0.0.1:${port}`;
    await home.ready(() => answersHttp(endpoint), 45_000);
    return {
      endpoint,
      accessKeyId: ACCESS_KEY,
      secretAccessKey,
      region: 'us-east-1',
      stop: () => home.stop(),
    };
  } catch (error) {
    await home.stop();
    throw error;
  }
}

/**
 * Small and quick rather than safe: one copy, one placement group for each pool (each costs time when a pool is made),
 * no scrubbing, no resharding, and a monitor that decides at once instead of gathering proposals for a second.
 */
function configuration(dir: string, cluster: string, monitorAddress: string, port: number): string {
  return `[global]
fsid = ${cluster}
mon_host = ${monitorAddress}
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
auth_cluster_required = cephx
auth_service_required = cephx
auth_client_required = cephx
keyring = ${dir}/keyring
run_dir = ${dir}/run
crash_dir = ${dir}/run
admin_socket =
log_file =
log_to_stderr = true
debug_ms = 0
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 1
osd_pool_default_pgp_num = 1
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
mon_max_pg_per_osd = 1000
paxos_propose_interval = 0.01
paxos_min_wait = 0.001
mon_tick_interval = 1
rgw_dynamic_resharding = false
rgw_override_bucket_index_max_shards = 1
[mon]
mon_data = ${dir}/mon
mon_data_avail_crit = 1
mon_data_avail_warn = 2
[osd]
osd_data = ${dir}/osd
osd_objectstore = memstore
memstore_device_bytes = ${MEMORY_BYTES}
osd_scrub_begin_hour = 0
osd_scrub_end_hour = 1
[client.rgw]
rgw_frontends = beast endpoint=127.0.0.1:${port}
rgw_data = ${dir}/rgw
`;
}
