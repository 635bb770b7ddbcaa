/** Service names with their ports, as people say them: `name port` or `name port,port`. Source: IANA, and habit. */
const SERVICES = `
echo 7; discard 9; daytime 13; chargen 19; ftp-data 20; ftp 20,21; ssh 22; sftp 22; telnet 23; smtp 25,465,587; time 37; whois 43;
tacacs 49; dns 53; domain 53; dhcp 67,68; bootps 67; bootpc 68; dhcpv6 546,547; tftp 69; gopher 70; finger 79; http 80;
www 80; web 80,443; kerberos 88; pop3 110; sunrpc 111; rpcbind 111; portmapper 111; ident 113; nntp 119; ntp 123;
msrpc 135; epmap 135; netbios-ns 137; netbios-dgm 138; netbios-ssn 139; netbios 137,138,139; imap 143,993; snmp 161; snmptrap 162;
bgp 179; irc 194,6667; ldap 389; slp 427; https 443; smb 445; cifs 445; microsoft-ds 445; kpasswd 464; smtps 465;
submissions 465; isakmp 500; ike 500; ipsec-nat-t 4500; modbus 502; exec 512; login 513; rlogin 513; shell 514; rsh 514; syslog 514; printer 515;
lpd 515; rip 520; ripng 521; afp 548; rtsp 554; nntps 563; submission 587; ipp 631; ldaps 636; ldp 646; rsync 873;
dot 853; dns-over-tls 853; vmware-auth 902; ftps-data 989; ftps 990; telnets 992; imaps 993; ircs 994,6697; pop3s 995; socks 1080; openvpn 1194;
mssql 1433; ms-sql-s 1433; sqlserver 1433; mssql-browser 1434; wins 1512; oracle 1521; l2tp 1701; pptp 1723; radius 1812; radius-acct 1813; mqtt 1883;
mqtts 8883; ssdp 1900; hsrp 1985; nfs 2049; zookeeper 2181; ssh-alt 2222; docker 2375,2376; etcd 2379,2380; iscsi 3260; globalcatalog 3268,3269; gc 3268,3269; mysql 3306;
mariadb 3306; aurora 3306; rdp 3389; ms-wbt-server 3389; stun 3478; turn 3478; svn 3690; nat-pmp 5351; epmd 4369; nrpe 5666; upnp 5000; sip 5060; sips 5061; aws-dms 5439; redshift 5439;
postgres 5432; postgresql 5432; pgbouncer 6432; amqp 5672; amqps 5671; rabbitmq 5672; mdns 5353; llmnr 5355; kibana 5601; vnc 5900; couchdb 5984; winrm 5985,5986;
x11 6000; redis 6379; valkey 6379; elasticache 6379; kube-apiserver 6443; kubernetes-api 6443; syslog-tls 6514; tor 9001,9030; cassandra 9042; cassandra-storage 7000; neo4j 7687;
kerberos-adm 749; vault 8200; consul 8300; consul-http 8500; http-alt 8080; tomcat 8080; https-alt 8443; influxdb 8086; splunkd 8089; splunk-hec 8088; kafka 9092; kafka-tls 9094; prometheus 9090; node-exporter 9100;
jetdirect 9100; elasticsearch 9200; opensearch 9200; git 9418; kubelet 10250; zabbix 10050,10051; memcached 11211; dax 8111; gelf 12201; mongodb 27017; mongo 27017; documentdb 27017; steam 27015;
wireguard 51820; vxlan 4789; geneve 6081; gtp-u 2152; netflow 2055; sflow 6343; ipfix 4739; bacnet 47808; dnp3 20000; s7 102; coap 5683; teredo 3544; gre-vpn 1723; minecraft 25565; rtmp 1935;
jdbc-db2 50000; db2 50000; hadoop-hdfs 8020; yarn 8088; spark 7077; flink 6123; hive 10000; presto 8080; trino 8080; clickhouse 8123,9000; nomad 4646; salt 4505,4506; puppet 8140;
grafana 3000; jenkins 8080; nats 4222; activemq 61616; ceph 6789; glusterfs 24007; fluentd 24224; logstash 5044; graphite 2003; statsd 8125; collectd 25826; otlp 4317,4318; jaeger 16686; zipkin 9411`;

const portsByName = new Map<string, readonly number[]>(
  SERVICES.split(';').map((row): [string, readonly number[]] => {
    const [name = '', ports = ''] = row.trim().split(' ');
    return [name, ports.split(',').map(Number)];
  }),
);

const nameByPort = new Map<number, string>();
for (const [name, ports] of portsByName) {
  for (const port of ports) if (ports.length === 1 && !nameByPort.has(port)) nameByPort.set(port, name);
}

/** Every service name, in no order that means anything. */
export const SERVICE_NAMES: readonly string[] = [...portsByName.keys()];

/** The ports of a service name in any letter case; undefined for unknown names. */
export function servicePorts(name: string): readonly number[] | undefined {
  return portsByName.get(name.toLowerCase());
}

/** The usual name of a port, for people; undefined for ports without one. */
export function serviceName(port: number): string | undefined {
  return nameByPort.get(port);
}
