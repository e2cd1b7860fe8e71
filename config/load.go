package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"unicode/utf8"
)

// maxFile is more than a .env file or a mounted secret ever holds, in bytes.
const maxFile = 1 << 20

// Load reads the settings. lookup is os.LookupEnv or a stand-in for it; dotenv is the path of
// a .env file, which may be missing, or "" for none. The environment wins over the file. For
// every variable X there may be an X_FILE instead, whose value is the path of a file that
// holds X's value. An empty value counts as not set. checks say what only others know of the settings. The error is
// a Problems.
func Load(lookup func(name string) (string, bool), dotenv string, checks ...func(Config) []Problem) (Config, error) {
	var problems Problems
	file := readDotenv(dotenv, &problems)
	rest := make(map[string]Secret, len(file))
	for name, value := range file {
		if _, there := lookup(name); !there {
			rest[name] = NewSecret(value)
		}
	}
	sources := []func(string) (string, bool){
		lookup,
		func(name string) (string, bool) { value, there := file[name]; return value, there },
	}

	var c Config
	for _, row := range table() {
		delete(rest, row.Name)
		delete(rest, row.Name+fileSuffix)
		text, err := find(row, sources)
		if err != nil {
			problems.add(row.Name, err.Error())
			text = row.Default
		}
		if text == "" {
			continue
		}
		if err := row.set(&c, text); err != nil {
			problems.add(row.Name, err.Error())
			if row.Default != "" {
				_ = row.set(&c, row.Default) // so that what follows can be checked too
			}
		}
	}
	c.Rest = rest
	c.conflicts(&problems)
	for _, check := range checks {
		for _, p := range check(c) {
			if !problems.names(p.Name) {
				problems = append(problems, p)
			}
		}
	}
	if len(problems) > 0 {
		return Config{}, problems
	}
	return c, nil
}

const fileSuffix = "_FILE"

// find gives a setting's text from the first source that has the variable or its _FILE.
func find(row entry, sources []func(string) (string, bool)) (string, error) {
	for _, source := range sources {
		value, _ := source(row.Name)
		path, _ := source(row.Name + fileSuffix)
		value, path = strings.TrimSpace(value), strings.TrimSpace(path)
		switch {
		case value != "" && path != "":
			return "", fmt.Errorf("both %s and %s%s are set: keep one", row.Name, row.Name, fileSuffix)
		case value != "" && !utf8.ValidString(value):
			return "", errors.New("is no valid UTF-8: write it again")
		case value != "":
			return value, nil
		case path != "":
			return readValue(row.Name, path)
		}
	}
	return row.Default, nil
}

func readValue(name, path string) (string, error) {
	data, err := readSmall(path)
	if err != nil {
		return "", fmt.Errorf("%s%s can't be read (%w): write the path of a readable file", name, fileSuffix, err)
	}
	data = bytes.TrimRight(data, "\r\n")
	if len(data) == 0 || !utf8.Valid(data) {
		return "", fmt.Errorf("%s%s names a file without text: write the value into it", name, fileSuffix)
	}
	return string(data), nil
}

func readDotenv(path string, problems *Problems) map[string]string {
	if path == "" {
		return nil
	}
	data, err := readSmall(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		problems.add(".env", fmt.Sprintf("can't be read (%v): make it readable, or take it away", err))
		return nil
	}
	values, bad := parseDotenv(string(data))
	for _, line := range bad {
		problems.add(".env", line)
	}
	return values
}

func readSmall(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("it has more than %d bytes", maxFile)
	}
	return data, nil
}
