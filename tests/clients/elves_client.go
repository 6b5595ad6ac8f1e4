// Go's own net/http with its defaults. Arguments: GraphQL URL, a signed REST query with its URL, then query and
// mutation as JSON bodies, and the token. Prints what it saw as JSON.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
)

type answer struct {
	Data struct {
		Platform struct{ Version string }
		RunTask  struct {
			Task struct{ Result struct{ Message string } }
		}
	}
	Errors json.RawMessage
	// REST v2
	Error  string
	Result map[string]string
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func read(response *http.Response, err error) answer {
	must(err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	must(err)
	var read answer
	must(json.Unmarshal(body, &read))
	if len(read.Errors) > 0 || read.Error != "" {
		must(fmt.Errorf("answered %s", body))
	}
	return read
}

func post(address, body, token string) (*http.Response, error) {
	request, err := http.NewRequest("POST", address, strings.NewReader(body))
	must(err)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+token)
	return http.DefaultClient.Do(request)
}

func main() {
	graphql, rest := os.Args[1], os.Args[2]
	asked := read(post(graphql, os.Args[3], os.Args[5]))
	ran := read(post(graphql, os.Args[4], os.Args[5]))
	address, err := url.Parse(rest)
	must(err)
	form := address.Query()
	address.RawQuery = ""
	called := read(http.PostForm(address.String(), form))
	seen := map[string]any{
		"version": asked.Data.Platform.Version,
		"message": ran.Data.RunTask.Task.Result.Message,
		"event":   nil,
		"rest":    called.Result["worker_message"],
	}
	must(json.NewEncoder(os.Stdout).Encode(seen))
}
