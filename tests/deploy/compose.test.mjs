// deploy/compose.yaml, and the image that it builds, as far as that can be told without containers.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT, composeFaults, readText, readYaml } from './official.mjs';

const compose = readYaml('deploy/compose.yaml');
const services = Object.entries(compose.services);

test('the compose file follows the compose specification', () => {
  assert.deepEqual(composeFaults(compose), []);
});

for (const [name, spoil] of [
  ['a service without a known key', (spoilt) => (spoilt.services.vigie.imagee = 'vigie')],
  ['ports that are no list', (spoilt) => (spoilt.services.kafka.ports = '9094')],
  ['an unknown condition', (spoilt) => (spoilt.services.vigie.depends_on.topics.condition = 'soon')],
]) {
  test(`the specification would notice ${name}`, () => {
    const spoilt = structuredClone(compose);
    spoil(spoilt);
    assert.notDeepEqual(composeFaults(spoilt), []);
  });
}

test('what a service depends on is there', () => {
  for (const [name, service] of services) {
    for (const other of Object.keys(service.depends_on ?? {})) {
      assert.ok(compose.services[other], `${name} depends on ${other}`);
    }
  }
});

test('what is mounted is there', () => {
  for (const [name, service] of services) {
    for (const mount of service.volumes ?? []) {
      const [source] = mount.split(':');
      const there = source.startsWith('.')
        ? existsSync(join(ROOT, 'deploy', source))
        : source in compose.volumes;
      assert.ok(there, `${name} mounts ${source}`);
    }
  }
});

test('images have a version, ports are of this machine only', () => {
  for (const [name, service] of services) {
    if (service.build === undefined) {
      assert.match(service.image, /^[a-z.]+\/[a-z/-]+:v?\d+\.\d+\.\d+$/, name);
    }
    for (const port of service.ports ?? []) {
      assert.match(port, /^127\.0\.0\.1:\d+:\d+$/, name);
    }
    assert.ok(service.security_opt.includes('no-new-privileges:true'), name);
  }
});

test('both topics are made, and go by the arrival that the broker saw', () => {
  const script = compose.services.topics.command.join('\n').replaceAll('\\\n', ' ');
  for (const topic of ['calls', 'calls.refused']) {
    const [line] = script.split('\n').filter((text) => text.includes(` --topic ${topic} `));
    assert.match(line ?? '', /--config message\.timestamp\.type=LogAppendTime/, topic);
    assert.match(line, /--partitions \d+/, topic);
  }
  const settings = readText('deploy/vigie.example.toml');
  assert.match(settings, /^topic = "calls"$/m);
  assert.match(settings, /^refused_topic = "calls\.refused"$/m);
});

test('Prometheus scrapes the port that the service listens on', () => {
  const [job] = readYaml('deploy/prometheus/prometheus.yml').scrape_configs;
  const [target] = job.static_configs[0].targets;
  const [host, port] = target.split(':');
  assert.ok(compose.services[host], `no service ${host}`);
  assert.match(readText('deploy/container/Containerfile'), new RegExp(`VIGIE_HTTP_LISTEN=0\\.0\\.0\\.0:${port}\\b`));
  assert.ok(compose.services[host].ports.some((published) => published.endsWith(`:${port}`)));
  const names = compose.services[host].environment.VIGIE_HTTP_ALLOWED_HOSTS.split(',');
  assert.ok(names.includes(host), `the service answers under ${names}, and is asked under ${host}`);
});

test('the health of the service is asked for under a name that it always goes by', () => {
  const [, , , asked] = compose.services.vigie.healthcheck.test;
  assert.match(asked, /GET \/healthz HTTP\/1\.[01]\\r\\nHost: localhost\\r\\n/);
});

test('Grafana finds its provisioning, its dashboard and Prometheus', () => {
  const grafana = compose.services.grafana;
  const [provider] = readYaml('grafana/provisioning/dashboards/vigie.yaml').providers;
  assert.ok(grafana.volumes.includes(`../grafana/dashboards:${provider.options.path}:ro`));
  const home = grafana.environment.GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH;
  assert.equal(home, `${provider.options.path}/vigie.json`);
  assert.equal(grafana.environment.VIGIE_PROMETHEUS_URL, 'http://prometheus:9090');
});

/** The instructions of a container file, one a line, comments left out. */
function instructions(path) {
  const text = readText(path).replace(/^#.*\n/gm, '').replaceAll('\\\n', ' ');
  return text.split('\n').filter((line) => line.trim() !== '').map((line) => {
    const [, word, rest] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? assert.fail(`no instruction: ${line}`);
    return [word, rest.trim()];
  });
}

test('the image is built in stages of known versions and runs as nobody in particular', () => {
  const file = instructions('deploy/container/Containerfile');
  const stages = file.filter(([word]) => word === 'FROM').map(([, rest]) => rest);
  assert.equal(stages.length, 2);
  const channel = /channel = "(.+)"/.exec(readText('rust-toolchain.toml'))[1];
  assert.equal(stages[0], `docker.io/library/rust:${channel}-trixie AS build`);
  assert.match(stages[1], /^docker\.io\/library\/debian:[a-z]+-slim$/);
  const last = file.slice(file.findLastIndex(([word]) => word === 'FROM'));
  const users = last.filter(([word]) => word === 'USER').map(([, user]) => user);
  assert.deepEqual(users, ['10001:10001']);
  for (const word of ['ENTRYPOINT', 'CMD']) {
    const [[, words]] = last.filter(([found]) => found === word);
    assert.ok(Array.isArray(JSON.parse(words)), `${word} is not a list of words`);
  }
});

test('what the container file copies and runs is there', () => {
  for (const [word, rest] of instructions('deploy/container/Containerfile')) {
    if (word === 'COPY' && !rest.startsWith('--from')) {
      const [source] = rest.split(' ');
      assert.ok(existsSync(join(ROOT, source)), `COPY ${source}`);
    }
    if (word === 'RUN' && rest.startsWith('frontend/')) {
      assert.ok(existsSync(join(ROOT, rest)), `RUN ${rest}`);
    }
  }
  const ignored = readText('deploy/container/Containerfile.dockerignore').split('\n');
  // What is ignored with an exception is not ignored whole: `tests/*` and `!tests/fuzz`.
  const [, members] = readText('Cargo.toml').match(/^members = \[(.*?)\]/ms);
  for (const [, member] of members.matchAll(/"(tests\/[^"]+)"/g)) {
    assert.ok(ignored.includes(`!${member}`), `${member}, a crate of the workspace, is kept from the build`);
  }
  for (const needed of ['backend', 'frontend', 'deploy', 'tests', 'Cargo.toml', 'Cargo.lock']) {
    assert.ok(!ignored.includes(needed), `${needed} is kept from the build`);
  }
});
