-- prefix id
redis.call('DEL', lease(ARGV[2]))
redis.call('HDEL', routers, ARGV[2])
