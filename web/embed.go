package web

import "embed"

//go:embed graphiql/index.html graphiql/boot.js graphiql/page.css
//go:embed graphiql/upstream/*.js graphiql/upstream/*.css
var embedded embed.FS
