package main

import (
	"cmp"
	"path/filepath"
)

// stateFolder is where journals and the installation key live: --state, else
// RECENSE_STATE, else XDG_STATE_HOME/recense, else ~/.local/state/recense.
func (a *app) stateFolder(flag string) (string, error) {
	return a.folder(flag, "RECENSE_STATE", "XDG_STATE_HOME", ".local/state", "--state DIR")
}

// configFolder is where the user's own settings live: imported code lists and
// the default configuration file.
func (a *app) configFolder() (string, error) {
	return a.folder("", "RECENSE_CONFIG", "XDG_CONFIG_HOME", ".config", "RECENSE_CONFIG=DIR")
}

func (a *app) folder(flag, variable, xdg, home, hint string) (string, error) {
	if flag != "" {
		return filepath.Abs(flag)
	}
	if v := a.getenv(variable); v != "" {
		return filepath.Abs(v)
	}
	if v := a.getenv(xdg); filepath.IsAbs(v) {
		return filepath.Join(v, "recense"), nil
	}
	if v := cmp.Or(a.getenv("HOME"), a.getenv("USERPROFILE")); filepath.IsAbs(v) {
		return filepath.Join(v, home, "recense"), nil
	}
	return "", usageError(a.t("Give one with ", "Donnez-en un avec ")+hint+".", "%s", a.t("no home folder to keep the state in", "aucun dossier personnel où garder l'état"))
}
