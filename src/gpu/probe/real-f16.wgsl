enable f16;
alias Real4 = vec4h;
