const reasons = (words: string, reason: string): readonly (readonly [string, string])[] =>
  words.split(' ').map((word) => [word, reason] as const);

/** What people ask of flow logs that flow logs cannot say, or rules cannot judge, with the reason. */
export const OUTSIDE: ReadonlyMap<string, string> = new Map([
  ...reasons(
    'country countries city cities geo geolocation geography continent continents nation asn asns isp isps owner owners organisation organization company whois china russia germany iran france usa ukraine india brazil',
    'they hold addresses, not places or owners',
  ),
  ...reasons(
    'domain domains hostname hostnames fqdn url urls uri uris website websites site sites webpage webpages sni dns-name names',
    'they hold addresses, not names',
  ),
  ...reasons(
    'user users username usernames process processes password passwords role roles login logins logged-in person people employee employees admin admins iam identity identities credential credentials binary executable executables pid malware virus ransomware trojan laptop laptops pod pods container-image namespace namespaces',
    'they know interfaces, not users, processes or programs',
  ),
  ...reasons(
    'payload payloads content contents file files filename filenames request requests response responses header headers body cookie cookies method methods email emails attachment-name sql-query packet-content certificate certificates cipher ciphers tls-version user-agent http-status 404 404s 500s 5xx 4xx',
    'they hold no payload',
  ),
  ...reasons(
    'latency latencies rtt jitter delay delays retransmission retransmissions retransmits slow slowness uptime downtime ping-time response-time lasted lasting long longest duration durations',
    'they hold counts per window of at most ten minutes, not how long anything took',
  ),
  ...reasons(
    'delete remove create update insert alter kill restart stop drop-table truncate modify allowlist whitelist blacklist quarantine isolate enable disable fix',
    'questions only read',
  ),
  ...reasons(
    'cpu memory disk weather load temperature iops power humidity',
    'that is not a matter of flow records',
  ),
  ...reasons(
    'cost costs costing price prices bill bills billing charge charges charged spend spending money dollar dollars euro euros usd eur $ invoice budget',
    'they hold volumes, not prices; `weir report` has one that estimates cost',
  ),
  ...reasons(
    'weird strange unusual odd suspicious suspect suspiciously malicious anomalous anomaly anomalies abnormal beacon beacons beaconing exfil exfiltration exfiltrating c2 botnet ddos dos attack attacks intrusion intrusions breach breached compromised hacked hacking hacker hackers threat threats lateral bruteforce brute-force brute-forcing bruteforcing infected tunnelling tunneling normal legitimate bad evil dodgy sketchy shady rogue unexpected unauthorised unauthorized risky dangerous vulnerable interesting',
    'that is a judgement; ask for what was seen instead',
  ),
  ...reasons(
    'half majority percent percentage % share shares ratio ratios proportion fraction third quarter-of',
    'rules here compare amounts, not shares; ask for the groups and read the shares off the answer',
  ),
  ...reasons(
    'rate rates ratio-of',
    'it is a share or a speed; ask for the groups by action, or for bits per second',
  ),
  ...reasons(
    'both neither either-of simultaneously',
    'rules cannot ask that two things hold of one group; ask for each',
  ),
  ...reasons('port-scanning', 'that is a judgement; ask who reached how many ports instead'),
  ...reasons('each-other', 'name two blocks, or ask for pairs, as in "top pairs in vpc-1"'),
  ...reasons('netblocks', 'records are not grouped by block; name one, as in "from 10.0.0.0/16"'),
  ...reasons(
    'increase increased increasing rise rose risen growth',
    'say what to compare with and read off the change, as in "traffic today compared with yesterday"',
  ),
  ...reasons('decline', 'only growth is ranked here; ask for the comparison and read off what shrank'),
  ...reasons('such etc eg e.g i.e', 'name what is meant; lists here have no examples'),
  ...reasons(
    'gap gaps blind coverage missing silent idle unused inactive dead stale quiet nothing',
    'what was not seen is for `weir coverage` and the reports',
  ),
  ...reasons(
    'why-not rule rules policy policies security-groups nacl nacls acl acls sg sgs firewall firewalls security',
    'they hold verdicts, not rules; ask for what was rejected instead',
  ),
  ...reasons(
    'cross-az cross-region cross-zone inter-zone cross-vpc cross-account',
    'both ends have to be known; the reports tell',
  ),
  ...reasons(
    'will predict forecast expected tomorrow projected future',
    'they hold what was, not what will be',
  ),
]);

/** Words that stand near one that is known and are meant as they are; spelling leaves them alone. */
export const MEANT: ReadonlySet<string> = new Set(
  (
    'times match matches matching parts part posts post packed flown costs past pasts lasts fast last bites bite sports sport sorts tort fort forts must most boast host ghost cost ' +
    'lists line lines link links limit limits mail male main many maybe money monkey moment moments mount rate rates late later least leaf lean learn lease leases actual action act ' +
    'notes note zone zones tone stone hose house horse hours ours four five fire fine find finds found round ground sound where there here were ware wear year years ear hear dear near ' +
    'spender spenders vendor vendors lender lenders tender tenders defender defenders offer offers spikes spike stage stages spacing rejoice refuge reuse recent resent sender render tender gender sending spending bending mending using suing fusing losing closing choosing hosting posting casting costing testing ' +
    'trace track trunk truck chart charts cart card cards guard guards court count county country counter mounts shops ships shirts shift shifts shot short sort'
  ).split(' '),
);
