package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"

	"recense/report/inventory"
	"recense/scanner"
)

// settings are digests of what decides over a run, by name; the file settings.json in the
// state folder keeps those of the last one.
type settings map[string]string

// auditChanges enters into the audit file which of the settings changed since the last
// run over this state folder: configuration, key, policy, register, taxonomy, detectors
// (domain/register.md F.10). A first run has nothing to compare with.
func (a *app) auditChanges(j *job, run *scanner.Run, inv *inventory.Inventory) error {
	now := settings{"key": j.key.ID(), "detectors": run.Engine, "taxonomy": inv.Taxonomy().SHA256}
	if path := a.configFile(j.opt.Config); path != "" {
		now["configuration"], _ = hashFile(path)
	}
	if r := inv.Register(); r != nil {
		now["policy"], now["register"] = r.Policy, r.Digest
	}
	path := filepath.Join(j.state, "settings.json")
	var before settings
	if data, err := os.ReadFile(path); err == nil && json.Unmarshal(data, &before) == nil {
		var changed []string
		for name, digest := range now {
			if before[name] != digest {
				changed = append(changed, name)
			}
		}
		for name := range before {
			if _, still := now[name]; !still {
				changed = append(changed, name)
			}
		}
		if slices.Sort(changed); len(changed) > 0 {
			if err := a.audit(j.state, "settings", fact{"scan_id", run.ID}, fact{"changed", changed}); err != nil {
				return err
			}
		}
	}
	if run.Reduced > 0 {
		if err := a.audit(j.state, "coverage", fact{"scan_id", run.ID}, fact{"reduced_percent", run.Reduced}); err != nil {
			return err
		}
	}
	data, err := json.Marshal(now)
	if err != nil {
		return err
	}
	return replaceFile(path, append(data, '\n'))
}
