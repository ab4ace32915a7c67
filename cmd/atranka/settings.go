package main

import (
	"fmt"
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/confmap"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/providers/posflag"
	"github.com/knadh/koanf/v2"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/demo"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/picture"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/workflow"
)

// setting is a value that a flag, the environment or the file can give.
type setting struct {
	name, usage, byDefault string
	// allowed says what a value may be; fits tells whether one is.
	allowed string
	fits    func(string) bool
	// flag settings stand for themselves: --allow-simulated means true.
	flag bool
}

// withDefault is the setting where a command has a default of its own.
func (s setting) withDefault(v string) setting {
	s.byDefault = v
	return s
}

var (
	database = setting{
		name: "db", usage: "the database", byDefault: "sqlite:atranka.db",
		allowed: "sqlite:FILE, 'postgres:host=… dbname=… sslmode=…' or a postgres:// URL",
		fits:    func(v string) bool { _, err := store.ParseAddress(v); return err == nil },
	}
	listen = setting{
		name: "listen", usage: "the address to serve on", byDefault: "127.0.0.1:8080",
		allowed: "HOST:PORT, such as 127.0.0.1:8080", fits: isHostPort,
	}
	configFile = setting{name: "config", usage: "a YAML file with settings", allowed: "the path of a YAML file"}

	at = setting{
		name: "at", usage: "the day that the demonstration goes to", byDefault: string(demo.Default),
		allowed: fmt.Sprintf("a day from %s to %s", demo.Begin.Day(), demo.Last),
		fits:    func(v string) bool { _, err := demo.ParseDay(v); return err == nil },
	}
	allowSimulated = setting{
		name: "allow-simulated", usage: "serve a database that was written under an injected clock", byDefault: "false",
		allowed: "true or false", fits: isBool, flag: true,
	}
	servingRole = setting{
		name: "serving-role", usage: "a PostgreSQL role to give what a server needs and no more",
		allowed: "the name of an existing role",
	}
	outFile = setting{
		name: "out", usage: "the file to write, - for standard output", byDefault: "-", allowed: "a path, or -", fits: isGiven,
	}
	role = setting{
		name: "role", usage: "the role that the token is for", allowed: "one of " + strings.Join(signInRoles, " "),
		fits: func(v string) bool { return v == "" || slices.Contains(signInRoles, v) },
	}
	person = setting{
		name: "person", usage: "who the token is for, where several hold the role",
		allowed: "a person's id, per_…", fits: isID(ident.Person),
	}
	lag = setting{
		name: "lag", usage: "the local action group that the token is limited to",
		allowed: "a local action group's id, lag_…", fits: isID(ident.LAG),
	}
	expires = setting{
		name: "expires", usage: "how long the token is good, or its last day", byDefault: "720h",
		allowed: expiries,
		fits:    func(v string) bool { _, err := expiry(v, 0); return err == nil },
	}
	kind = setting{
		name: "kind", usage: "the kind of subject", byDefault: "proposal",
		allowed: "a kind that has a definition, such as proposal or call", fits: isGiven,
	}
	format = setting{
		name: "format", usage: "the form of the drawing", byDefault: "mermaid", allowed: "mermaid, dot or svg",
		fits: func(v string) bool { return slices.Contains(picture.Forms(), v) },
	}
	lang = setting{
		name: "lang", usage: "the language of labels", byDefault: "en", allowed: "lt or en",
		fits: func(v string) bool { return v == "lt" || v == "en" },
	}
)

// known are the settings that a file may hold.
var known = []setting{
	database, listen, at, allowSimulated, servingRole, outFile, role, person, lag, expires, kind, format, lang, paperForm, walks, seed, groupName, shortName, administrator,
	origin, keyFile, keepFile, publicFile, keptFile,
}

// signInRoles are the roles of people; other bodies appear only as whose act is
// recorded, and the clock has no token.
var signInRoles = []string{
	string(workflow.Administrator), string(workflow.Applicant), string(workflow.AuditCommission), string(workflow.Auditor),
	string(workflow.BoardMember), string(workflow.Chair), string(workflow.Evaluator), string(workflow.Secretary),
}

func isGiven(v string) bool { return v != "" }

func isBool(v string) bool { _, err := strconv.ParseBool(v); return err == nil }

func isHostPort(v string) bool {
	_, port, err := net.SplitHostPort(v)
	if err != nil {
		return false
	}
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && strconv.FormatUint(n, 10) == port
}

func isID(p ident.Prefix) func(string) bool {
	return func(v string) bool {
		_, err := ident.ParseAs(p, v)
		return v == "" || err == nil
	}
}

const expiries = "a duration of a second or more such as 12h, or a day such as 2027-01-31"

// expiry is when a token made now ends: after a duration, or at 24:00 of a day
// that is not over.
func expiry(v string, now clock.Instant) (clock.Instant, error) {
	if day, err := clock.ParseDate(v); err == nil && day.Precision() == clock.Day {
		if day.End() <= now {
			return 0, fmt.Errorf("expiry %q: that day is over", v)
		}
		return day.End(), nil
	}
	d, err := time.ParseDuration(v)
	if err != nil || d < time.Second {
		return 0, fmt.Errorf("expiry %q: want %s", v, expiries)
	}
	return now.Add(d), nil
}

// given is where a command's settings come from, with the command's own flags.
type given struct {
	environ  func() []string
	settings []setting
}

// takes declares the settings as flags of the command; --config goes with them.
func (p *Program) takes(c *cobra.Command, settings ...setting) *given {
	for _, s := range append(settings, configFile) {
		usage := s.usage + " (" + s.allowed + ")"
		if s.flag {
			c.Flags().Bool(s.name, s.byDefault == "true", s.usage)
			continue
		}
		c.Flags().String(s.name, s.byDefault, usage)
	}
	return &given{environ: p.Environ, settings: settings}
}

// values are settings as they hold for one run, by name.
type values map[string]string

func (v values) on(s setting) bool { return v[s.name] == "true" }

// layer is one origin of values.
type layer struct {
	origin func(name string) string
	values *koanf.Koanf
}

// resolve reads every layer, the strongest last, and refuses a value that its
// setting does not allow, naming the key, the value and where it was given.
func (g *given) resolve(c *cobra.Command) (values, error) {
	layers, err := g.layers(c.Flags())
	if err != nil {
		return nil, err
	}
	out := values{}
	for _, s := range g.settings {
		var value, origin string
		for _, l := range layers {
			if l.values.Exists(s.name) {
				value, origin = fmt.Sprint(l.values.Get(s.name)), l.origin(s.name)
			}
		}
		if s.fits != nil && !s.fits(value) {
			return nil, fmt.Errorf("%s: %s is %q; allowed is %s", origin, s.name, value, s.allowed)
		}
		out[s.name] = value
	}
	return out, nil
}

func (g *given) layers(flags *pflag.FlagSet) ([]layer, error) {
	defaults := map[string]any{}
	for _, s := range g.settings {
		defaults[s.name] = s.byDefault
	}
	out := []layer{{func(string) string { return "default" }, koanf.New(".")}}
	if err := out[0].values.Load(confmap.Provider(defaults, ""), nil); err != nil {
		return nil, err
	}
	environment, err := g.environment()
	if err != nil {
		return nil, err
	}
	typed, err := typedFlags(flags)
	if err != nil {
		return nil, err
	}
	for _, from := range []*koanf.Koanf{typed, environment} {
		if path := from.String(configFile.name); path != "" {
			settings, err := read(path)
			if err != nil {
				return nil, err
			}
			out = append(out, layer{func(string) string { return path }, settings})
			break
		}
	}
	return append(out, layer{variable, environment}, layer{func(name string) string { return "--" + name }, typed}), nil
}

// variablePrefix begins the names of the variables that settings are read from.
const variablePrefix = "ATRANKA_"

// variable is the environment's name of a setting.
func variable(name string) string {
	return variablePrefix + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

func (g *given) environment() (*koanf.Koanf, error) {
	byVariable := map[string]string{variable(configFile.name): configFile.name}
	for _, s := range g.settings {
		byVariable[variable(s.name)] = s.name
	}
	k := koanf.New(".")
	err := k.Load(env.Provider("", env.Opt{
		Prefix: variablePrefix, EnvironFunc: g.environ,
		TransformFunc: func(name, value string) (string, any) { return byVariable[name], value },
	}), nil)
	return k, err
}

// typedFlags are the flags that stand on the command line, without defaults.
func typedFlags(flags *pflag.FlagSet) (*koanf.Koanf, error) {
	k := koanf.New(".")
	err := k.Load(posflag.ProviderWithValue(flags, "", nil, func(name, value string) (string, any) {
		return name, value
	}), nil)
	return k, err
}

// read is the file of settings; a key that no command knows is refused, for it
// would be a slip that nobody notices.
func read(path string) (*koanf.Koanf, error) {
	k := koanf.New(".")
	if err := k.Load(file.Provider(path), yaml.Parser()); err != nil {
		return nil, fmt.Errorf("config %s: %w", path, err)
	}
	names := map[string]bool{}
	for _, s := range known {
		names[s.name] = true
	}
	for _, key := range k.Keys() {
		if !names[key] {
			return nil, fmt.Errorf("config %s: unknown key %q; known are %s",
				path, key, strings.Join(slices.Sorted(maps.Keys(names)), ", "))
		}
	}
	return k, nil
}
