/**
 * Templates over the labels `instance` and `job` and the value 1234567.891, and what they become:
 * ours are held to it, and so is Debian's promtool.
 */
export const TEMPLATES: readonly (readonly [template: string, text: string])[] = [
  ['{{ $labels.instance }} of {{ $labels.job }}', 'db-1.example.org:9100 of db'],
  ['{{ $value }}', '1.234567891e+06'],
  ['{{ $labels.none }}|{{ .Labels.job }}|{{ .Value }}', '|db|1.234567891e+06'],
  ['{{ $value | printf "%.2f" }}', '1234567.89'],
  [
    '{{ printf "%5.1f|%-6s|%06.1f|%+d|%x|%q|%t|%%|%e" 2.25 "ab" 3.14159 7 255 "q" true 12345.678 }}',
    '  2.2|ab    |0003.1|+7|ff|"q"|true|%|1.234568e+04',
  ],
  ['{{ printf "%s %d" 1.5 2.5 }}', '%!s(float64=1.5) %!d(float64=2.5)'],
  ['{{ printf "%d" }} {{ printf "a" 1 }}', '%!d(MISSING) a%!(EXTRA int=1)'],
  [
    '{{ humanize $value }} {{ humanize 0.00012 }} {{ humanize 0.0 }} {{ humanize 999.0 }}',
    '1.235M 120u 0 999',
  ],
  ['{{ humanize1024 $value }} {{ humanize1024 1.0 }}', '1.177Mi 1'],
  ['{{ humanizePercentage 0.98765 }}', '98.77%'],
  [
    '{{ humanizeDuration $value }} {{ humanizeDuration 3661.5 }} {{ humanizeDuration 59.25 }} {{ humanizeDuration 0.0025 }} {{ humanizeDuration 0.0 }}',
    '14d 6h 56m 7s 1h 1m 1s 59.25s 2.5ms 0s',
  ],
  [
    '{{ humanizeTimestamp 1435065584.128 }} {{ humanizeTimestamp 0.0 }}',
    '2015-06-23 13:19:44.128 +0000 UTC 1970-01-01 00:00:00 +0000 UTC',
  ],
  ['{{ "error rate of foo" | title }} {{ "aB" | toUpper }} {{ "aB" | toLower }}', 'Error Rate Of Foo AB ab'],
  ['{{ reReplaceAll "(.*)-(\\\\d+)" "$2:${1}" "db-1" }} {{ match "^a.b$" "axb" }}', '1:db true'],
  [
    '{{ $labels.instance | stripPort }} {{ $labels.instance | stripDomain }} {{ "10.0.0.1:80" | stripDomain }}',
    'db-1.example.org db-1:9100 10.0.0.1:80',
  ],
  ['{{ if and (gt $value 1.0) (eq $labels.job "db" "web") }}yes{{ else }}no{{ end }}', 'yes'],
  ['{{ if lt $value 1.0 }}a{{ else if not true }}b{{ else }}c{{ end }}', 'c'],
  ['{{ range $i, $e := args 5 "x" }}{{ $i }}={{ $e }};{{ end }}', 'arg0=5;arg1=x;'],
  ['{{ with $labels.job }}{{ . }}{{ end }}{{ with $labels.none }}x{{ else }}none{{ end }}', 'dbnone'],
  ['a {{- /* nothing */ -}} b {{- " c " -}} d', 'ab c d'],
  ['{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}', '2'],
  ['{{ define "t" }}<{{ .arg0 }}>{{ end }}{{ template "t" (args $labels.job) }}', '<db>'],
  [
    '{{ len $labels.job }} {{ index $labels "job" }} {{ print 1 "a" 2.5 }} {{ print true }}',
    '2 db 1a2.5 true',
  ],
  ['{{ urlquery "a b&c" }} {{ html "<a>" }}', 'a+b%26c &lt;a&gt;'],
  [
    '{{ graphLink "up == 0" }} {{ tableLink "up" }}',
    '/graph?g0.expr=up+%3D%3D+0&g0.tab=0 /graph?g0.expr=up&g0.tab=1',
  ],
  ['{{ parseDuration "1h30m" }} {{ `raw "x"` }} {{ \'a\' }}', '5400 raw "x" 97'],
  [
    '{{ 1e21 }} {{ 123456789.0 }} {{ 1e20 }} {{ 0.0001 }} {{ 0.00001 }} {{ 100000.0 }}',
    '1e+21 1.23456789e+08 1e+20 0.0001 1e-05 100000',
  ],
]
