# What Kannel says on its standard error, without people. Its errors quote the URLs that it could
# not fetch, with the number, what was typed and the callback key in them.
s/<https\{0,1\}:[^>]*>/<url>/g
s/<https\{0,1\}:.*/<url>/
s/+\{0,1\}[0-9]\{8,\}/[number]/g
