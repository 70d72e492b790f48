alias Real4 = vec4f;
